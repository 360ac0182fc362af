//! `race`: lost updates. Two threads read the same number, both add one, both write: one addition is gone.
//!
//! Rust refuses a *data race*, unguarded memory that one thread writes while another uses it. This is another mistake:
//! every step is guarded, but something can happen *between* the steps. No compiler sees that.

use crate::sync::Mutex;
use crate::sync::atomic::{AtomicU64, Ordering};

/// Broken: between `load` and `store` the other thread may add, and its addition is overwritten.
pub fn load_then_store(counter: &AtomicU64) {
    let seen = counter.load(Ordering::SeqCst);
    counter.store(seen + 1, Ordering::SeqCst);
}

/// Fixed: one indivisible step.
pub fn add_at_once(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::SeqCst);
}

/// Broken: the guard of the first line is dropped at its end. Two critical sections are not one.
pub fn lock_twice(counter: &Mutex<u64>) {
    let seen = *counter.lock().expect("no thread panics");
    *counter.lock().expect("no thread panics") = seen + 1;
}

/// Fixed: one critical section for the whole of "read, add, write".
pub fn lock_once(counter: &Mutex<u64>) {
    *counter.lock().expect("no thread panics") += 1;
}
