//! fails: lost update
//!
//! The lock is given back between reading and writing.
//!
//! Fix the lost update: money that disappears although there is a lock.
//!
//! Every access to the account is locked, and still money gets lost when two threads use it at the same time. Have it
//! judged as it is, and read the order of steps that the check shows. Then change `deposit` and `withdraw` so that
//! nothing can come between what they read and what they write. `withdraw` never waits; refused, it changes nothing.
//!
//! Study first: `cargo run -p lesson-01-threads -- race`, src/pitfalls/race.rs
//! Judge it:    `cargo run -p lesson-01-threads -- check 03_lost_update`
//! Level:       1 of 3, about 10 minutes

// std's `Mutex` under another name: the check puts in one whose threads take their steps in every order.
use crate::sync::Mutex;

/// An account that many threads use.
pub struct Account {
    cents: Mutex<u64>,
}

impl Account {
    /// An account with this much on it.
    pub fn new(cents: u64) -> Account {
        Account {
            cents: Mutex::new(cents),
        }
    }

    /// What is on it now.
    pub fn cents(&self) -> u64 {
        *self.cents.lock().expect("no thread panics with the lock")
    }

    /// Puts money on it.
    pub fn deposit(&self, cents: u64) {
        let before = self.cents();
        *self.cents.lock().expect("no thread panics with the lock") = before + cents;
    }

    /// Takes money off it, if there is enough; says whether it did.
    pub fn withdraw(&self, cents: u64) -> bool {
        if self.cents() < cents {
            return false;
        }
        let rest = self.cents() - cents;
        *self.cents.lock().expect("no thread panics with the lock") = rest;
        true
    }
}
