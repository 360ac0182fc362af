//! fails: wrong result: [12, 31, 12] on 2 threads
//!
//! Each result goes to where the first equal item is.

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::{Mutex, thread};

/// `f` of each item, in the order of the items.
pub fn map(workers: usize, items: &[u32], f: &(dyn Fn(u32) -> u32 + Sync)) -> Vec<u32> {
    let next = Mutex::new(items.iter().enumerate());
    let results = Mutex::new(vec![0; items.len()]);
    let work = || {
        loop {
            // A statement of its own: the lock is given back at its end.
            let taken = next.lock().expect("no `f` runs under the lock").next();
            let Some((at, item)) = taken else { return };
            let result = f(*item);
            results.lock().expect("no `f` runs under the lock")
                [items.iter().position(|i| i == item).unwrap_or(at)] = result;
        }
    };
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
    results.into_inner().expect("no `f` runs under the lock")
}
