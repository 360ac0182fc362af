//! fails: wrong result
//!
//! A philosopher that does not get the second fork goes away hungry.

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
        let mut left = self.forks[seat].lock().unwrap();
        if let Ok(mut right) = self.forks[(seat + 1) % self.forks.len()].try_lock() {
            *left += 1;
            *right += 1;
            meal();
        }
    }
}
