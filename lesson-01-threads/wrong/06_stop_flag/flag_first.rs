//! fails: seen too early
//!
//! The strongest order there is, for the wrong sequence: the flag is up before there is a reason.

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
        self.stopped.store(true, Ordering::SeqCst);
        self.reason.store(reason, Ordering::SeqCst);
    }

    /// Why to stop; `None` as long as there is no reason.
    pub fn reason(&self) -> Option<u32> {
        self.stopped
            .load(Ordering::SeqCst)
            .then(|| self.reason.load(Ordering::SeqCst))
    }
}
