//! fails: seen too early
//!
//! With `Relaxed` everywhere, the flag may be seen before the reason.
//!
//! A stop flag: what was written before it must be seen with it.
//!
//! A flag tells workers to stop; before it is set, the reason is written next to it. A worker that sees the flag
//! reads the reason. Any number may be a reason, and neither `stop` nor `reason` waits. With `Relaxed`, the language
//! promises for each of the two variables alone that nothing gets lost, but nothing about which of them another thread
//! sees first. Your computer may never show that; the next one may. Have it judged: the check tries orders that this
//! processor may never show. Any order that is strong enough is accepted; the solution has the weakest one.
//!
//! Study first: `cargo run -p lesson-01-threads -- atomics`, src/mailbox.rs
//! Judge it:    `cargo run -p lesson-01-threads -- check 06_stop_flag`
//! Level:       3 of 3, about 15 minutes

// std's atomics under another name: the check puts in its own there, which may do all that the language allows.
use crate::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Tells workers to stop, and why.
#[derive(Default)]
pub struct Stop {
    reason: AtomicU32,
    stopped: AtomicBool,
}

impl Stop {
    /// From now on all workers stop, for this reason.
    pub fn stop(&self, reason: u32) {
        self.reason.store(reason, Ordering::Relaxed);
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Why to stop; `None` as long as they may go on.
    pub fn reason(&self) -> Option<u32> {
        self.stopped
            .load(Ordering::Relaxed)
            .then(|| self.reason.load(Ordering::Relaxed))
    }
}
