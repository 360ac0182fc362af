//! fails: never overlapped
//!
//! Right, and one after the other: `f` runs while the thread has the lock around the results.

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::{Mutex, thread};

/// `f` of each item, in the order of the items.
pub fn map(workers: usize, items: &[u32], f: &(dyn Fn(u32) -> u32 + Sync)) -> Vec<u32> {
    let next = Mutex::new(items.iter().enumerate());
    let results = Mutex::new(vec![0; items.len()]);
    let work = || {
        loop {
            let taken = next.lock().unwrap().next();
            let Some((at, item)) = taken else { return };
            let mut results = results.lock().unwrap();
            results[at] = f(*item);
        }
    };
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
    results.into_inner().unwrap()
}
