//! A queue of numbers for several threads, made of a single atomic: `cores` hands out its work with it.

use std::ops::Range;

use crate::sync::atomic::{AtomicU32, Ordering};

/// The numbers from 0 to below `below`, handed out in blocks.
pub struct Blocks {
    /// The number at which the next block starts.
    next: AtomicU32,
    below: u32,
}

impl Blocks {
    pub fn new(below: u32) -> Blocks {
        Blocks {
            next: AtomicU32::new(0),
            below,
        }
    }

    /// Takes the next block, which no other thread gets. `None` when all have been handed out.
    pub fn take(&self, length: u32) -> Option<Range<u32>> {
        let start = self.next.fetch_add(length, Ordering::Relaxed);
        (start < self.below).then(|| start..self.below.min(start + length))
    }
}
