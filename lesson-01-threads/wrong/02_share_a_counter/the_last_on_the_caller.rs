//! fails: wrong thread: a door was opened on the thread that called
//!
//! The last door is opened on the calling thread.

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

pub fn open(mut doors: Vec<Door>) -> u64 {
    let counter = Arc::new(Counter::default());
    let last = doors.pop().unwrap();
    let threads: Vec<_> = doors
        .into_iter()
        .map(|door| {
            let c = Arc::clone(&counter);
            thread::spawn(move || door(&c))
        })
        .collect();
    last(&counter);
    for t in threads {
        t.join().unwrap();
    }
    counter.total()
}
