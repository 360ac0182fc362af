//! fails: never overlapped
//!
//! Each part is waited for before the next is started: chunks, threads, and one after the other.

// std's threads under another name: the check puts in its own there, which take their steps in every order.
use crate::sync::thread;

/// The sum of `price` over all items, worked out by at most `threads` threads at the same time.
pub fn total(items: &[u32], threads: usize, price: &(dyn Fn(u32) -> u64 + Sync)) -> u64 {
    let length = items.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let sum_of = |chunk: &[u32]| chunk.iter().map(|item| price(*item)).sum::<u64>();
        items
            .chunks(length)
            .map(|chunk| scope.spawn(move || sum_of(chunk)).join().unwrap())
            .sum()
    })
}
