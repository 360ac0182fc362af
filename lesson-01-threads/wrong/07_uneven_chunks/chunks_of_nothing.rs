//! fails: panicked
//!
//! Right as long as there are at least as many items as threads.

// std's threads under another name: the check puts in its own there, which take their steps in every order.
use crate::sync::thread;

/// The sum of `price` over all items, worked out by at most `threads` threads at the same time.
pub fn total(items: &[u32], threads: usize, price: &(dyn Fn(u32) -> u64 + Sync)) -> u64 {
    let length =
        items.len() / threads + usize::from(items.len() > threads && items.len() % threads > 0);
    thread::scope(|scope| {
        let parts: Vec<_> = items
            .chunks(length)
            .map(|chunk| scope.spawn(move || chunk.iter().map(|item| price(*item)).sum::<u64>()))
            .collect();
        parts.into_iter().map(|part| part.join().unwrap()).sum()
    })
}
