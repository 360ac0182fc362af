//! fails: stuck: it did not end within 5000 steps, taken in turn
//!
//! A philosopher who finds the second fork taken lays the first down and begins with the other one: two can do
//! so in step for ever.

use crate::sync::Mutex;

/// A round table with a fork between each two seats.
pub struct Table {
    /// Each knows how often it was used. Fork N lies to the left of seat N.
    forks: Vec<Mutex<u32>>,
}

impl Table {
    /// A table with so many seats, and as many forks.
    pub fn new(seats: usize) -> Table {
        Table {
            forks: (0..seats).map(|_| Mutex::new(0)).collect(),
        }
    }

    /// How often each fork was used.
    pub fn used(&self) -> Vec<u32> {
        self.forks
            .iter()
            .map(|fork| *fork.lock().expect("no thread panics with a fork"))
            .collect()
    }

    /// The philosopher at this seat eats: `meal` is what happens while both forks are held.
    pub fn eat(&self, seat: usize, meal: impl FnOnce()) {
        let mut first = seat;
        let mut second = (seat + 1) % self.forks.len();
        loop {
            // Sleeps on the fork that was taken, with nothing in hand.
            let mut one = self.forks[first]
                .lock()
                .expect("no thread panics with a fork");
            if let Ok(mut other) = self.forks[second].try_lock() {
                *one += 1;
                *other += 1;
                meal();
                return;
            }
            drop(one);
            std::mem::swap(&mut first, &mut second);
        }
    }
}
