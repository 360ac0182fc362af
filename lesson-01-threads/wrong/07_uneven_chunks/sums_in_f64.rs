//! fails: lost update
//!
//! An `f64` has room for 53 bits only.

use crate::sync::thread;
pub fn total(items: &[u32], threads: usize, price: &(dyn Fn(u32) -> u64 + Sync)) -> u64 {
    let size = items.len().div_ceil(threads).max(1);
    thread::scope(|s| {
        items
            .chunks(size)
            .map(|c| s.spawn(move || c.iter().map(|i| price(*i) as f64).sum::<f64>()))
            .collect::<Vec<_>>()
            .into_iter()
            .map(|h| h.join().unwrap())
            .sum::<f64>()
    }) as u64
}
