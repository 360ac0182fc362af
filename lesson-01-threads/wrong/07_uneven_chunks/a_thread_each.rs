//! fails: too many at once
//!
//! A thread for each item, however many there are.

// std's threads under another name: the check puts in its own there, which take their steps in every order.
use crate::sync::thread;

/// The sum of `price` over all items, worked out by at most `threads` threads at the same time.
pub fn total(items: &[u32], threads: usize, price: &(dyn Fn(u32) -> u64 + Sync)) -> u64 {
    let _ = threads;
    thread::scope(|scope| {
        let parts: Vec<_> = items
            .iter()
            .map(|item| scope.spawn(move || price(*item)))
            .collect();
        parts.into_iter().map(|part| part.join().unwrap()).sum()
    })
}
