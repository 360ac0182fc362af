//! fails: lost update: 3 items on at most 2 threads: the sum
//!
//! Each price is cut down to 32 bits.

// std's threads under another name: the check puts in its own there, which take their steps in every order.
use crate::sync::thread;

/// The sum of `price` over all items, worked out by at most `threads` threads at the same time.
pub fn total(items: &[u32], threads: usize, price: &(dyn Fn(u32) -> u64 + Sync)) -> u64 {
    let length = items.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = items
            .chunks(length)
            .map(|chunk| {
                scope.spawn(move || {
                    u64::from(
                        chunk
                            .iter()
                            .map(|item| price(*item) as u32)
                            .fold(0, u32::wrapping_add),
                    )
                })
            })
            .collect();
        parts
            .into_iter()
            .map(|part| part.join().expect("`price` does not panic"))
            .sum()
    })
}
