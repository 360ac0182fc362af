//! fails: lost update: 70 cents were put on an account with 50
//!
//! Deposits exclude each other, and withdrawals do, but a deposit can come between the two steps of a withdrawal.

use crate::sync::Mutex;
pub struct Account {
    cents: Mutex<u64>,
    depositing: Mutex<()>,
    withdrawing: Mutex<()>,
}
impl Account {
    pub fn new(cents: u64) -> Account {
        Account {
            cents: Mutex::new(cents),
            depositing: Mutex::new(()),
            withdrawing: Mutex::new(()),
        }
    }
    pub fn cents(&self) -> u64 {
        *self.cents.lock().unwrap()
    }
    pub fn deposit(&self, cents: u64) {
        let _one_at_a_time = self.depositing.lock().unwrap();
        let before = self.cents();
        *self.cents.lock().unwrap() = before + cents;
    }
    pub fn withdraw(&self, cents: u64) -> bool {
        let _one_at_a_time = self.withdrawing.lock().unwrap();
        if self.cents() < cents {
            return false;
        }
        let rest = self.cents() - cents;
        *self.cents.lock().unwrap() = rest;
        true
    }
}
