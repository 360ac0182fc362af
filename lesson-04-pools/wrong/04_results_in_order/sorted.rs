//! fails: wrong result
//!
//! Sorted is an order, but not that of the items.

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::{Mutex, thread};

/// `f` of each item, in the order of the items.
pub fn map(workers: usize, items: &[u32], f: &(dyn Fn(u32) -> u32 + Sync)) -> Vec<u32> {
    let next = Mutex::new(items.iter());
    let results = Mutex::new(Vec::new());
    let work = || {
        loop {
            let taken = next.lock().unwrap().next();
            let Some(item) = taken else { return };
            let result = f(*item);
            results.lock().unwrap().push(result);
        }
    };
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
    let mut results = results.into_inner().unwrap();
    results.sort_unstable();
    results
}
