//! fails: deadlock: thread 1 waits in line 36 for forks[0], the lock that it holds itself since line 33
//!
//! The right fork was meant, and it is the left one again: a lock cannot be taken twice, not even by the thread that has it.

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
        let mut left = self.forks[seat]
            .lock()
            .expect("no thread panics with a fork");
        let mut right = self.forks[seat]
            .lock()
            .expect("no thread panics with a fork");
        *left += 1;
        *right += 1;
        meal();
    }
}
