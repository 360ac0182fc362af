//! fails: wrong result
//!
//! All accounts share one balance.

use crate::sync::Mutex;
static CENTS: Mutex<u64> = Mutex::new(0);
pub struct Account;
impl Account {
    pub fn new(cents: u64) -> Account {
        *CENTS.lock().unwrap() = cents;
        Account
    }
    pub fn cents(&self) -> u64 {
        *CENTS.lock().unwrap()
    }
    pub fn deposit(&self, cents: u64) {
        *CENTS.lock().unwrap() += cents;
    }
    pub fn withdraw(&self, cents: u64) -> bool {
        let mut c = CENTS.lock().unwrap();
        if *c < cents {
            return false;
        }
        *c -= cents;
        true
    }
}
