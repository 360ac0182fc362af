//! fails: never overlapped: the first of 21 items takes long
//!
//! A free thread takes a share of what is left: an item behind a long one of its batch waits, though a thread is free.

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::{Mutex, thread};

/// `f` of each item, in the order of the items.
pub fn map(workers: usize, items: &[u32], f: &(dyn Fn(u32) -> u32 + Sync)) -> Vec<u32> {
    let next = Mutex::new(0);
    let results = Mutex::new(vec![0; items.len()]);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let mut from = next.lock().unwrap();
                    let left = items.len() - *from;
                    if left == 0 {
                        return;
                    }
                    let batch = *from..*from + (left / (2 * workers)).max(1);
                    *from = batch.end;
                    drop(from);
                    for at in batch {
                        let result = f(items[at]);
                        results.lock().unwrap()[at] = result;
                    }
                }
            });
        }
    });
    results.into_inner().unwrap()
}
