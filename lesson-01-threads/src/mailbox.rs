//! One value handed from one thread to another with two atomics: what `Release` and `Acquire` are for.
//!
//! `atomics` uses it. `tests/memory_ordering.rs` has loom try more orders than a processor shows, and finds that
//! the same with `Relaxed` may deliver a letter that was never written.

use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Room for one letter.
#[derive(Debug, Default)]
pub struct Mailbox {
    letter: AtomicU64,
    delivered: AtomicBool,
}

impl Mailbox {
    /// Puts the letter in, then raises the flag. `Release`: a thread that finds the flag up with `Acquire` also sees all
    /// that was written before.
    pub fn put(&self, letter: u64) {
        self.letter.store(letter, Ordering::Relaxed);
        self.delivered.store(true, Ordering::Release);
    }

    /// Takes the letter, once the flag is up. `Acquire`: what was written before the flag is seen too.
    pub fn look(&self) -> Option<u64> {
        self.delivered
            .load(Ordering::Acquire)
            .then(|| self.letter.load(Ordering::Relaxed))
    }
}
