//! fails: stuck: `reason` takes a lock, sleeps, or lets
//!
//! A worker that comes while the reason is being written asks again until it is there.

// std's atomics under another name: the check puts in its own there, which may do all that the language allows.
use crate::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use crate::sync::thread;

const RUNNING: u8 = 0;
const STOPPING: u8 = 1;
const STOPPED: u8 = 2;

/// Tells workers to stop, and why.
#[derive(Default)]
pub struct Stop {
    reason: AtomicU32,
    state: AtomicU8,
}

impl Stop {
    /// From now on all workers stop, for this reason.
    pub fn stop(&self, reason: u32) {
        self.state.store(STOPPING, Ordering::SeqCst);
        self.reason.store(reason, Ordering::SeqCst);
        self.state.store(STOPPED, Ordering::SeqCst);
    }

    /// Why to stop; `None` as long as they may go on.
    pub fn reason(&self) -> Option<u32> {
        loop {
            match self.state.load(Ordering::SeqCst) {
                RUNNING => return None,
                STOPPED => return Some(self.reason.load(Ordering::SeqCst)),
                _ => thread::yield_now(),
            }
        }
    }
}
