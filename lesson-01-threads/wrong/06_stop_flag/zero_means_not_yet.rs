//! fails: wrong result: the reason after `stop(0)`
//!
//! No flag: the reason 0 means that nothing was stopped, so `stop(0)` stops nothing.

use crate::sync::atomic::{AtomicU32, Ordering};
#[derive(Default)]
pub struct Stop {
    reason: AtomicU32,
}
impl Stop {
    pub fn stop(&self, reason: u32) {
        self.reason.store(reason, Ordering::Relaxed);
    }
    pub fn reason(&self) -> Option<u32> {
        match self.reason.load(Ordering::Relaxed) {
            0 => None,
            r => Some(r),
        }
    }
}
