//! Lock order: philosophers that starve, each with one fork in hand.
//!
//! Philosophers sit at a round table. To eat, one needs the fork to the left and the fork to the right. Each takes
//! the left one first; once in a long while all do so at the same moment, and then none eats any more. You can run it
//! ten thousand times without seeing that. Have it judged as it is, and see which seat holds what. Then change `eat`, so
//! that it cannot happen. Neighbours cannot eat at the same time, but two that share no fork still can, if no third one
//! that waits for a fork is in their way. A philosopher that waits sleeps: if all asked again and again, they might do so in
//! step for ever.
//!
//! Study first: `cargo run -p lesson-01-threads -- deadlock`, src/pitfalls/deadlock.rs
//! Judge it:    `cargo run -p lesson-01-threads -- check 04_lock_order`
//! Level:       2 of 3, about 15 minutes

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
        let mut right = self.forks[(seat + 1) % self.forks.len()]
            .lock()
            .expect("no thread panics with a fork");
        *left += 1;
        *right += 1;
        meal();
    }
}
