//! fails: too many threads: 3 items on at most 2 threads
//!
//! A thread for each item, as many at a time as there may be: as many threads as items in all.

use crate::sync::thread;
pub fn total(items: &[u32], threads: usize, price: &(dyn Fn(u32) -> u64 + Sync)) -> u64 {
    let mut sum = 0;
    for batch in items.chunks(threads) {
        sum += thread::scope(|s| {
            let hs: Vec<_> = batch.iter().map(|i| s.spawn(move || price(*i))).collect();
            hs.into_iter().map(|h| h.join().unwrap()).sum::<u64>()
        });
    }
    sum
}
