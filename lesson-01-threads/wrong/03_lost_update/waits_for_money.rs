//! fails: deadlock: no thread can go on
//!
//! `withdraw` waits until there is enough, instead of saying that there is not.

use crate::sync::{Condvar, Mutex};
pub struct Account {
    cents: Mutex<u64>,
    more: Condvar,
}
impl Account {
    pub fn new(cents: u64) -> Account {
        Account {
            cents: Mutex::new(cents),
            more: Condvar::new(),
        }
    }
    pub fn cents(&self) -> u64 {
        *self.cents.lock().unwrap()
    }
    pub fn deposit(&self, cents: u64) {
        *self.cents.lock().unwrap() += cents;
        self.more.notify_all();
    }
    pub fn withdraw(&self, cents: u64) -> bool {
        let mut b = self.cents.lock().unwrap();
        while *b < cents {
            b = self.more.wait(b).unwrap();
        }
        *b -= cents;
        true
    }
}
