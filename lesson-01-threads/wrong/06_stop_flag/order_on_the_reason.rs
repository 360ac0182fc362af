//! fails: seen too early
//!
//! `Release` and `Acquire` stand at the reason. What announces something is the flag.

// std's atomics under another name: the check puts in its own there, which may do all that the language allows.
use crate::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Tells workers to stop, and why.
#[derive(Default)]
pub struct Stop {
    reason: AtomicU32,
    stopped: AtomicBool,
}

impl Stop {
    /// From now on all stop, for this reason.
    pub fn stop(&self, reason: u32) {
        self.reason.store(reason, Ordering::Release);
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Why to stop; `None` as long as there is no reason.
    pub fn reason(&self) -> Option<u32> {
        self.stopped
            .load(Ordering::Relaxed)
            .then(|| self.reason.load(Ordering::Acquire))
    }
}
