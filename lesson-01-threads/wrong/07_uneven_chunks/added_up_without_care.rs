//! fails: lost update
//!
//! All threads add to one number, by reading it and writing it.

// std's threads under another name: the check puts in its own there, which take their steps in every order.
use crate::sync::thread;

/// The sum of `price` over all items, worked out by at most `threads` threads at the same time.
pub fn total(items: &[u32], threads: usize, price: &(dyn Fn(u32) -> u64 + Sync)) -> u64 {
    use crate::sync::atomic::{AtomicU64, Ordering::SeqCst};
    let length = items.len().div_ceil(threads).max(1);
    let sum = AtomicU64::new(0);
    thread::scope(|scope| {
        for chunk in items.chunks(length) {
            let sum = &sum;
            scope.spawn(move || {
                let part: u64 = chunk.iter().map(|item| price(*item)).sum();
                sum.store(sum.load(SeqCst) + part, SeqCst);
            });
        }
    });
    sum.load(SeqCst)
}
