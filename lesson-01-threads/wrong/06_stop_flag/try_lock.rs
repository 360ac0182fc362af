//! fails: wrong result: two threads look
//!
//! `reason` says that there is none where another thread has the lock at this moment.

// std's atomics under another name: the check puts in its own there, which may do all that the language allows.
use crate::sync::Mutex;

/// Tells workers to stop, and why.
#[derive(Default)]
pub struct Stop {
    reason: Mutex<Option<u32>>,
}

impl Stop {
    /// From now on all workers stop, for this reason.
    pub fn stop(&self, reason: u32) {
        *self.reason.lock().unwrap() = Some(reason);
    }

    /// Why to stop; `None` as long as they may go on.
    pub fn reason(&self) -> Option<u32> {
        // Does not wait.
        self.reason.try_lock().ok().and_then(|reason| *reason)
    }
}
