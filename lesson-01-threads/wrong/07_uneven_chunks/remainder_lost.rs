//! fails: wrong result
//!
//! The length is rounded down, and what is left over belongs to no thread.

// std's threads under another name: the check puts in its own there, which take their steps in every order.
use crate::sync::thread;

/// The sum of `price` over all items, worked out by at most `threads` threads at the same time.
pub fn total(items: &[u32], threads: usize, price: &(dyn Fn(u32) -> u64 + Sync)) -> u64 {
    let length = items.len() / threads;
    thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|part| &items[part * length..(part + 1) * length])
            .map(|chunk| scope.spawn(move || chunk.iter().map(|item| price(*item)).sum::<u64>()))
            .collect();
        parts.into_iter().map(|part| part.join().unwrap()).sum()
    })
}
