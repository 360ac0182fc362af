//! fails: wrong result
//!
//! Every thread gets a counter of its own, and the one that is asked in the end has seen no visitor.

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
        self.visitors.fetch_add(1, Ordering::Relaxed);
    }

    /// How many there were so far.
    pub fn total(&self) -> u64 {
        self.visitors.load(Ordering::Relaxed)
    }
}

/// Opens all doors at the same time, a thread each, and waits until all are closed; how many visitors came.
pub fn open(doors: Vec<Door>) -> u64 {
    let threads: Vec<_> = doors
        .into_iter()
        .map(|door| thread::spawn(move || door(&Counter::default())))
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    Counter::default().total()
}
