//! fails: stuck: it asks again and again
//!
//! `Relaxed`, and a loop until the reason is not 0 any more.

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
        self.reason.store(reason, Ordering::Relaxed);
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Why to stop; `None` as long as there is no reason.
    pub fn reason(&self) -> Option<u32> {
        self.stopped.load(Ordering::Relaxed).then(|| {
            loop {
                let r = self.reason.load(Ordering::Relaxed);
                if r != 0 {
                    break r;
                }
            }
        })
    }
}
