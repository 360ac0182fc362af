//! Share a counter: many threads count on one number.
//!
//! `fetch_add` reads, adds and writes as one step. `Relaxed` is enough: no thread reads anything else because of this
//! number, and `join` makes all that a thread did visible to the thread that joins it.

//? `load` and then `store` are two steps, and another thread may come in between. Look for one method that does both.
//? A clone of an `Arc` is another handle to the same counter. Each thread needs one that it owns: make it before
//?   `move`.
//? `self.visitors.fetch_add(1, Ordering::Relaxed);` counts. For each door: `let counter = Arc::clone(&counter);`,
//?   then `thread::spawn(move || door(&counter))`; collect the handles, join them all, and only then ask for the
//?   total.

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
