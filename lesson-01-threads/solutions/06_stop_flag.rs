//! A stop flag: what was written before it must be seen with it.
//!
//! The store of the flag is `Release`: all that this thread wrote before comes with it. The load is `Acquire`:
//! a thread that sees the flag sees that as well. Both are needed. The reason itself may stay `Relaxed`; `SeqCst` would
//! work, and promise more than is asked for.

//? Which store announces something, and which load waits for the announcement? Those two must agree on an order.
//? `Release` on a store: everything before it has been written by then. `Acquire` on a load: everything after it is
//?   read later.
//? `self.stopped.store(true, Ordering::Release)` and `self.stopped.load(Ordering::Acquire)`; the reason may stay
//?   `Relaxed`.

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
        self.stopped.store(true, Ordering::Release);
    }

    /// Why to stop; `None` as long as they may go on.
    pub fn reason(&self) -> Option<u32> {
        self.stopped
            .load(Ordering::Acquire)
            .then(|| self.reason.load(Ordering::Relaxed))
    }
}
