//! fails: wrong result
//!
//! The doors are open, and the total is taken before they are closed.

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
    let counter = Arc::new(Counter::default());
    for door in doors {
        let counter = Arc::clone(&counter);
        thread::spawn(move || door(&counter));
    }
    counter.total()
}
