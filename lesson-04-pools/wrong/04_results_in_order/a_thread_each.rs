//! fails: too many at once
//!
//! In order because the threads are joined in order; but there are as many of them as items.

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::{Mutex, thread};

/// `f` of each item, in the order of the items.
pub fn map(workers: usize, items: &[u32], f: &(dyn Fn(u32) -> u32 + Sync)) -> Vec<u32> {
    thread::scope(|scope| {
        let threads: Vec<_> = items
            .iter()
            .map(|item| scope.spawn(move || f(*item)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}
