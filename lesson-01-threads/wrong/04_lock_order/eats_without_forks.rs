//! fails: too many at once: two neighbours ate
//!
//! The forks have been put back when the meal begins.

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

    pub fn eat(&self, seat: usize, meal: impl FnOnce()) {
        let right = (seat + 1) % self.forks.len();
        {
            let mut first = self.forks[seat.min(right)].lock().unwrap();
            let mut second = self.forks[seat.max(right)].lock().unwrap();
            *first += 1;
            *second += 1;
        }
        meal();
    }
}
