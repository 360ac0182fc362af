//! Uneven chunks: a sum in parts, and nothing left over.
//!
//! `div_ceil` rounds up: all items fit into the chunks, and the last chunk may be shorter. The handles are collected
//! before the first is joined.

//? How long is a chunk? 7 items and 2 threads: with 3, one item is left over. Round up, and mind that no chunk may
//?   have length 0.
//? `items.chunks(length)` cuts; `scope.spawn(|| …)` starts a thread that may borrow, and returns a handle whose
//?   `join` gives the sum of its chunk.
//? `let length = items.len().div_ceil(threads).max(1);`, then inside `thread::scope(|scope| …)`: collect
//?   `items.chunks(length).map(|chunk| scope.spawn(move || chunk.iter().map(|item| price(*item)).sum::<u64>()))` into
//?   a `Vec`, and add up what `join` gives for each.

// std's threads under another name: the check puts in its own there, which take their steps in every order.
use crate::sync::thread;

/// The sum of `price` over all items, worked out by at most `threads` threads at the same time.
pub fn total(items: &[u32], threads: usize, price: &(dyn Fn(u32) -> u64 + Sync)) -> u64 {
    let length = items.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = items
            .chunks(length)
            .map(|chunk| scope.spawn(move || chunk.iter().map(|item| price(*item)).sum::<u64>()))
            .collect();
        parts
            .into_iter()
            .map(|part| part.join().expect("`price` does not panic"))
            .sum()
    })
}
