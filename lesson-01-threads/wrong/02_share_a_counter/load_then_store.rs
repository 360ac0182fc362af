//! fails: lost update
//!
//! Reading and writing are two steps: what others counted in between is overwritten.

// std's threads and locks under another name: the check puts in its own there, which take their steps in every order.
use crate::sync::atomic::{AtomicU64, Ordering};
use crate::sync::{Arc, thread};

/// What happens at a door: it calls `add_one` for every visitor that comes in.
pub type Door = Box<dyn FnOnce(&Counter) + Send>;

/// Counts visitors; many threads may use it.
#[derive(Default)]
pub struct Counter {
    visitors: AtomicU64,
}

impl Counter {
    /// One visitor more.
    pub fn add_one(&self) {
        let before = self.visitors.load(Ordering::SeqCst);
        self.visitors.store(before + 1, Ordering::SeqCst);
    }

    /// How many there were so far.
    pub fn total(&self) -> u64 {
        self.visitors.load(Ordering::SeqCst)
    }
}

/// Opens all doors at the same time, a thread each, and waits until all are closed; how many visitors came.
pub fn open(doors: Vec<Door>) -> u64 {
    let counter = Arc::new(Counter::default());
    let threads: Vec<_> = doors
        .into_iter()
        .map(|door| {
            let counter = Arc::clone(&counter);
            thread::spawn(move || door(&counter))
        })
        .collect();
    for thread in threads {
        thread.join().expect("a door does not panic");
    }
    counter.total()
}
