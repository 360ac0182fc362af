//! fails: wrong thread
//!
//! The last chunk has no thread of its own: the caller works it out.

use crate::sync::thread;
pub fn total(items: &[u32], threads: usize, price: &(dyn Fn(u32) -> u64 + Sync)) -> u64 {
    if items.is_empty() {
        return 0;
    }
    let size = items.len().div_ceil(threads);
    thread::scope(|s| {
        let mut chunks: Vec<_> = items.chunks(size).collect();
        let last = chunks.pop().unwrap();
        let hs: Vec<_> = chunks
            .into_iter()
            .map(|c| s.spawn(move || c.iter().map(|i| price(*i)).sum::<u64>()))
            .collect();
        last.iter().map(|i| price(*i)).sum::<u64>()
            + hs.into_iter().map(|h| h.join().unwrap()).sum::<u64>()
    })
}
