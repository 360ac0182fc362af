//! fails: too many at once: two neighbours ate at the same time
//!
//! No philosopher ever holds two forks, so none starves; and neighbours eat with the same fork.

// std's `Mutex` under another name: the check puts in one whose threads take their steps in every order.
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
        *self.forks[seat].lock().unwrap() += 1;
        *self.forks[(seat + 1) % self.forks.len()].lock().unwrap() += 1;
        meal();
    }
}
