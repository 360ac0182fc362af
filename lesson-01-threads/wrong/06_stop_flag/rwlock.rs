//! fails: stuck: `reason` takes a lock
//!
//! With a lock for reading and writing, `stop` waits for readers, and `reason` for the writer.

// std's atomics under another name: the check puts in its own there, which may do all that the language allows.
use crate::sync::RwLock;

/// Tells workers to stop, and why.
#[derive(Default)]
pub struct Stop {
    reason: RwLock<Option<u32>>,
}

impl Stop {
    /// From now on all workers stop, for this reason.
    pub fn stop(&self, reason: u32) {
        *self.reason.write().unwrap() = Some(reason);
    }

    /// Why to stop; `None` as long as they may go on.
    pub fn reason(&self) -> Option<u32> {
        *self.reason.read().unwrap()
    }
}
