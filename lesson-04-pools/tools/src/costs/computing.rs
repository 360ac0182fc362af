//! Things that cost nanoseconds: calls, atomics, locks.

use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::clock::{contended, each};
use super::cost::Cost;

#[inline(never)]
fn function(number: u64) -> u64 {
    number + 1
}

/// Measures each of them.
pub fn costs() -> Vec<Cost> {
    let mut argument = 0;
    let call = || argument = black_box(function as fn(u64) -> u64)(argument);
    let counter = AtomicU64::new(0);
    let add = || {
        counter.fetch_add(1, Ordering::Relaxed);
    };
    let number = Mutex::new(0_u64);
    let lock = || *number.lock().expect("never poisoned") += 1;

    vec![
        Cost::time("function call", &each(call)),
        Cost::time("atomic add, alone", &each(add)),
        Cost::time("atomic add, shared by two threads", &contended(add)),
        Cost::time("lock and unlock, uncontended", &each(lock)),
        Cost::time(
            "lock and unlock, contended by two threads",
            &contended(lock),
        ),
    ]
}
