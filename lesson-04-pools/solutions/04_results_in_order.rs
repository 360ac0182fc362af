//! Results in order, from work that is done in any order.
//!
//! The number of an item is taken together with the item, and goes with it to where its result is put down.

//? Threads that borrow `items` and `f`: `thread::scope`. One lock around what is taken, one around what is put down.
//? `Mutex::new(items.iter().enumerate())` gives number and item in one step. The results go into a list that is as long
//?   as the items from the start, each at the place of its number.
//? In each thread: `let taken = next.lock()….next(); let Some((at, item)) = taken else { return }; let result = f(*item);
//?   results.lock()…[at] = result;`

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
            results.lock().expect("no `f` runs under the lock")[at] = result;
        }
    };
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
    results.into_inner().expect("no `f` runs under the lock")
}
