//! fails: never overlapped: 2 jobs were to be under way at the same time
//!
//! Two forks are put back at once, and one neighbour is woken: the other one sleeps on beside a free fork.

// std's `Mutex` under another name: the check puts in one whose threads take their steps in every order.
use crate::sync::{Condvar, Mutex};

/// A fork: whether it is held, and how often it was used.
#[derive(Clone, Default)]
struct Fork {
    taken: bool,
    used: u32,
}

/// A round table with a fork between each two seats.
pub struct Table {
    /// Fork N lies to the left of seat N.
    forks: Mutex<Vec<Fork>>,
    put_back: Condvar,
}

impl Table {
    /// A table with so many seats, and as many forks.
    pub fn new(seats: usize) -> Table {
        Table {
            forks: Mutex::new(vec![Fork::default(); seats]),
            put_back: Condvar::new(),
        }
    }

    /// How often each fork was used.
    pub fn used(&self) -> Vec<u32> {
        let forks = self.forks.lock().expect("no thread panics with the lock");
        forks.iter().map(|fork| fork.used).collect()
    }

    /// The philosopher at this seat eats: `meal` is what happens while both forks are held.
    pub fn eat(&self, seat: usize, meal: impl FnOnce()) {
        let mut forks = self.forks.lock().expect("no thread panics with the lock");
        let right = (seat + 1) % forks.len();
        // Both at once, or none.
        while forks[seat].taken || forks[right].taken {
            forks = self
                .put_back
                .wait(forks)
                .expect("no thread panics with the lock");
        }
        for at in [seat, right] {
            forks[at].taken = true;
            forks[at].used += 1;
        }
        drop(forks);
        meal();
        let mut forks = self.forks.lock().expect("no thread panics with the lock");
        forks[seat].taken = false;
        forks[right].taken = false;
        self.put_back.notify_one();
    }
}
