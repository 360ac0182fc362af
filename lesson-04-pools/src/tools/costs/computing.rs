//! What costs nanoseconds: calls, atomics, locks.

use std::hint::black_box;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;

use super::Cost;
use super::clock::{contended, each};

#[inline(never)]
fn function(number: u64) -> u64 {
    number + 1
}

/// Each of them.
///
/// # Errors
/// Never.
///
/// # Panics
/// Never: nobody panics with the lock in the hand.
pub fn costs() -> Result<Vec<Cost>> {
    let counter = AtomicU64::new(0);
    let add = || {
        counter.fetch_add(1, Ordering::Relaxed);
    };
    let number = Mutex::new(0_u64);
    let lock = || *number.lock().expect("nobody panics here") += 1;
    let mut argument = 0;
    let call = || argument = black_box(function as fn(u64) -> u64)(argument);
    Ok(vec![
        Cost::time("function call", &each(call)),
        Cost::time("atomic add, alone", &each(add)),
        Cost::time("atomic add, shared by two threads", &contended(add)),
        Cost::time("lock and unlock, uncontended", &each(lock)),
        Cost::time(
            "lock and unlock, contended by two threads",
            &contended(lock),
        ),
    ])
}
