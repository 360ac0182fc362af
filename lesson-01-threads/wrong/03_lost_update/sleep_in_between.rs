//! fails: lost update
//!
//! A pause makes it less likely to be seen, and not less wrong.

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
        crate::sync::thread::sleep(std::time::Duration::from_millis(1));
        let before = self.cents();
        *self.cents.lock().unwrap() = before + cents;
    }

    /// Takes money off it, if there is enough; says whether it did.
    pub fn withdraw(&self, cents: u64) -> bool {
        let mut balance = self.cents.lock().unwrap();
        if *balance < cents {
            return false;
        }
        *balance -= cents;
        true
    }
}
