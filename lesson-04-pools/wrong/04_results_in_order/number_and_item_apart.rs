//! fails: wrong result
//!
//! The number is taken in one step and the item in another. Another thread may come in between.

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Mutex, thread};

/// `f` of each item, in the order of the items.
pub fn map(workers: usize, items: &[u32], f: &(dyn Fn(u32) -> u32 + Sync)) -> Vec<u32> {
    let next = Mutex::new(items.iter());
    let number = AtomicUsize::new(0);
    let results = Mutex::new(vec![0; items.len()]);
    let work = || {
        loop {
            let taken = next.lock().unwrap().next();
            let Some(item) = taken else { return };
            let at = number.fetch_add(1, Ordering::SeqCst);
            let result = f(*item);
            results.lock().unwrap()[at] = result;
        }
    };
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
    results.into_inner().unwrap()
}
