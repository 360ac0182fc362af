//! fails: wrong result
//!
//! `deposit` is right. But `withdraw` looks with one lock and takes with another: both may find enough for one.

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
        *self.cents.lock().unwrap() += cents;
    }

    /// Takes money off it, if there is enough; says whether it did.
    pub fn withdraw(&self, cents: u64) -> bool {
        if self.cents() < cents {
            return false;
        }
        let mut balance = self.cents.lock().unwrap();
        *balance = balance.saturating_sub(cents);
        true
    }
}
