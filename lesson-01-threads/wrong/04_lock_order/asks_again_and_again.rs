//! fails: stuck
//!
//! It puts the first fork back where it cannot have the second one, and tries again: all may do so in step, for ever.

use std::sync::{Mutex, TryLockError};
use std::thread;
pub struct Table {
    forks: Vec<Mutex<u32>>,
}
impl Table {
    pub fn new(seats: usize) -> Table {
        Table {
            forks: (0..seats).map(|_| Mutex::new(0)).collect(),
        }
    }
    pub fn used(&self) -> Vec<u32> {
        self.forks.iter().map(|f| *f.lock().unwrap()).collect()
    }
    pub fn eat(&self, seat: usize, meal: impl FnOnce()) {
        let right = (seat + 1) % self.forks.len();
        loop {
            let mut l = self.forks[seat].lock().unwrap();
            match self.forks[right].try_lock() {
                Ok(mut r) => {
                    *l += 1;
                    *r += 1;
                    meal();
                    return;
                }
                Err(TryLockError::WouldBlock) => drop(l),
                Err(e) => panic!("{e}"),
            }
            thread::yield_now();
        }
    }
}
