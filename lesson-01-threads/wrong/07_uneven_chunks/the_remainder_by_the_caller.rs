//! fails: wrong thread
//!
//! The items that are left over when the chunks do not come out even are worked out by the caller.

// std's threads under another name: the check puts in its own there, which take their steps in every order.
use crate::sync::thread;

/// The sum of `price` over all items, worked out by at most `threads` threads at the same time.
pub fn total(items: &[u32], threads: usize, price: &(dyn Fn(u32) -> u64 + Sync)) -> u64 {
    let size = (items.len() / threads).max(1);
    let chunks = items.chunks_exact(size).take(threads);
    let rest = &items[chunks.len() * size..];
    thread::scope(|scope| {
        let threads: Vec<_> = chunks
            .map(|chunk| scope.spawn(move || chunk.iter().map(|&item| price(item)).sum::<u64>()))
            .collect();
        let rest: u64 = rest.iter().map(|&item| price(item)).sum();
        rest + threads
            .into_iter()
            .map(|thread| thread.join().expect("no price panics"))
            .sum::<u64>()
    })
}
