//! fails: wrong result: 30 and 20 of 100 cents
//!
//! A withdrawal that comes while another one is under way is refused, though there is enough for both.

use crate::sync::Mutex;
use crate::sync::atomic::{AtomicBool, Ordering};

/// An account that many threads use.
pub struct Account {
    cents: Mutex<u64>,
    withdrawing: AtomicBool,
}

impl Account {
    /// An account with this much on it.
    pub fn new(cents: u64) -> Account {
        Account {
            cents: Mutex::new(cents),
            withdrawing: AtomicBool::new(false),
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
        if self.withdrawing.swap(true, Ordering::SeqCst) {
            return false;
        }

        let mut now = self.cents.lock().expect("no thread panics with the lock");
        let is_enough = *now >= cents;
        if is_enough {
            *now -= cents;
        }
        drop(now);
        self.withdrawing.store(false, Ordering::SeqCst);

        is_enough
    }
}
