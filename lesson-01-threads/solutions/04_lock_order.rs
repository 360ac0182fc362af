//! Lock order: philosophers that starve, each with one fork in hand.
//!
//! Each takes the fork with the lower number first. So the one that holds the highest number waits for no other, and a
//! circle of waiting cannot close.

//? A circle needs all to reach in the same direction. For which seat is the right fork not the one with the
//?   higher number?
//? Give the locks an order, and let each take them in that order: the fork with the lower number first.
//? `let right = (seat + 1) % self.forks.len();`, then lock `self.forks[seat.min(right)]` first and
//?   `self.forks[seat.max(right)]` second. Which of them is left and which is right does not matter: both are used.

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
        let right = (seat + 1) % self.forks.len();
        let mut first = self.forks[seat.min(right)]
            .lock()
            .expect("no thread panics with a fork");
        let mut second = self.forks[seat.max(right)]
            .lock()
            .expect("no thread panics with a fork");
        *first += 1;
        *second += 1;
        meal();
    }
}
