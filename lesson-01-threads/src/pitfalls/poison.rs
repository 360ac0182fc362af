//! `poison`: a thread panics while it holds a lock, and may leave the value half changed.
//!
//! The lock is given back all the same, but marked: from then on `lock` returns an `Err`, until `clear_poison` takes the
//! mark away. The `Err` still carries the guard, and `into_inner` takes it. Whether that is right depends on what the value
//! may look like now.

use std::sync::{Mutex, PoisonError};

/// The sum of both accounts, whatever is moved between them.
pub const SUM: i64 = 100;

/// Two accounts, in cents.
#[derive(Debug)]
pub struct Accounts {
    pub a: i64,
    pub b: i64,
}

/// What has used the accounts.
pub type Visits = Vec<&'static str>;

/// Moves money in two steps, and panics between them.
pub fn half_a_transfer(accounts: &Mutex<Accounts>, visits: &Mutex<Visits>) {
    let mut accounts = accounts.lock().expect("this is the first to panic");
    let mut visits = visits.lock().expect("this is the first to panic");
    visits.push("half a transfer");
    accounts.a -= 30;
    panic!("the power went out");
    // accounts.b += 30;
}

/// Broken: the panic spreads to every later visitor. Honest, but nothing works any more.
pub fn visit(visits: &Mutex<Visits>) {
    visits.lock().expect("no poison").push("never");
}

/// Fixed: a list is whole after every push, whichever thread panicked later. So the poison says nothing about it.
pub fn visit_all_the_same(visits: &Mutex<Visits>) {
    let mut list = visits.lock().unwrap_or_else(PoisonError::into_inner);
    list.push("recovered");
}

/// Broken: the same for the accounts hides that money is missing.
pub fn add_up(accounts: &Mutex<Accounts>) -> i64 {
    let accounts = accounts.lock().unwrap_or_else(PoisonError::into_inner);
    accounts.a + accounts.b
}

/// Fixed: checks the rule that must hold, and repairs what breaks it. (Or stops, where it cannot be repaired.)
pub fn check_and_add_up(accounts: &Mutex<Accounts>) -> i64 {
    let mut held = accounts.lock().unwrap_or_else(PoisonError::into_inner);
    if held.a + held.b != SUM {
        held.b = SUM - held.a;
    }
    accounts.clear_poison(); // Without this the next `lock` would be an `Err` again.
    held.a + held.b
}
