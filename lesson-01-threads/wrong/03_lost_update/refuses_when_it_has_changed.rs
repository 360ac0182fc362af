//! fails: wrong result: 30 cents were refused
//!
//! `withdraw` refuses when the balance has changed since it looked, although there is enough.

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
        *self.cents.lock().expect("no thread panics with the lock") += cents;
    }

    /// Takes money off it, if there is enough; says whether it did.
    pub fn withdraw(&self, cents: u64) -> bool {
        let before = self.cents();
        if before < cents {
            return false;
        }
        let mut now = self.cents.lock().expect("no thread panics with the lock");
        // Another thread came between: what was read does not hold any more.
        if *now != before {
            return false;
        }
        *now = before - cents;
        true
    }
}
