//! `deadlock`: two accounts, two locks, taken in opposite order. Each thread holds what the other waits for.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use tracing::info_span;

use crate::sync::thread::sleep;
use crate::sync::{Mutex, MutexGuard};

#[derive(Debug)]
pub struct Account {
    pub name: &'static str,
    pub cents: Mutex<i64>,
}

impl Account {
    pub fn lock(&self) -> MutexGuard<'_, i64> {
        self.cents.lock().expect("no thread panics with an account")
    }
}

/// Moves money between two different accounts; `between` is called while one of them is locked and the other is not yet.
pub type Transfer = fn(from: &Account, to: &Account, cents: i64, between: &dyn Fn());

/// Broken: locks `from`, then `to`. A transfer in the opposite direction locks them the other way round.
pub fn from_then_to(from: &Account, to: &Account, cents: i64, between: &dyn Fn()) {
    let mut source = info_span!("lock", waits_for = from.name).in_scope(|| from.lock());
    let _held = info_span!("locked", holds = from.name).entered();
    between();
    let mut target = info_span!("lock", waits_for = to.name).in_scope(|| to.lock());
    let _held_too = info_span!("locked", holds = to.name).entered();
    *source -= cents;
    *target += cents;
}

/// Fixed: locks in the same order, whichever way the money goes.
pub fn by_name(from: &Account, to: &Account, cents: i64, between: &dyn Fn()) {
    let (first, second, change) = if from.name < to.name {
        (from, to, -cents)
    } else {
        (to, from, cents)
    };
    let mut one = info_span!("lock", waits_for = first.name).in_scope(|| first.lock());
    let _held = info_span!("locked", holds = first.name).entered();
    between();
    let mut two = info_span!("lock", waits_for = second.name).in_scope(|| second.lock());
    *one += change;
    *two -= change;
}

/// Fixed: gives the first lock back if the second is not free at once, and tries again later.
pub fn with_back_off(from: &Account, to: &Account, cents: i64, between: &dyn Fn()) {
    loop {
        let mut source = info_span!("lock", waits_for = from.name).in_scope(|| from.lock());
        between();
        if let Ok(mut target) = to.cents.try_lock() {
            *source -= cents;
            *target += cents;
            return;
        }
        drop(source);

        // A random pause: after equal ones both would meet again.
        let milliseconds = RandomState::new().build_hasher().finish() % 16;
        info_span!("back off", milliseconds)
            .in_scope(|| sleep(Duration::from_millis(milliseconds)));
    }
}
