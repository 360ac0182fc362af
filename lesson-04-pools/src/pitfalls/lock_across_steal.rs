//! `lock-across-steal`: a lock that is held across a call of rayon. A thread of rayon does not sleep
//! there. While it waits, it does another job, and that one wants the same lock: the thread waits
//! for itself.

use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use tracing::info_span;

/// Computes a half of a price, for so many units of time.
fn half(units: u32, unit: Duration) -> u32 {
    let _span = info_span!("half", units).entered();
    thread::sleep(unit * units);
    10 * units
}

/// Computes a price, perhaps on two threads. The second half takes longer: the thread that did the
/// first one has to wait for it.
fn price(unit: Duration) -> u32 {
    let (first, second) = rayon::join(|| half(2, unit), || half(4, unit));
    first + second
}

/// Locks the total. The span is for the timeline: here a thread may have to wait.
fn lock(total: &Mutex<u32>) -> MutexGuard<'_, u32> {
    info_span!("lock", waits_for = "total").in_scope(|| total.lock().expect("no order panics"))
}

/// Broken: the total is locked while the price is computed.
pub fn lock_then_compute(total: &Mutex<u32>, unit: Duration) {
    let mut total = lock(total);
    let _held = info_span!("locked", holds = "total").entered();
    *total += price(unit);
}

/// Fixed: the total is locked to add, and for nothing else.
pub fn compute_then_lock(total: &Mutex<u32>, unit: Duration) {
    let price = price(unit);
    *lock(total) += price;
}

#[cfg(test)]
mod tests {
    use common::deadline::within;

    use super::*;
    use crate::cores::rayon;
    use crate::support::orders::{Book, two_orders};

    const UNIT: Duration = Duration::from_millis(20);

    fn total(book: Book, limit: Duration) -> Option<u32> {
        let pool = rayon::pool(2).expect("two threads");
        within(limit, move || two_orders(&pool, book, UNIT)).ok()
    }

    #[test]
    fn the_fixed_way_books_both() {
        assert_eq!(total(compute_then_lock, Duration::from_secs(20)), Some(120));
    }

    /// A busy machine may give the second half back to the thread that did the first: then all is well.
    #[test]
    fn the_broken_way_waits_for_itself() {
        let mut tries = (0..5).map(|_| total(lock_then_compute, UNIT * 40));
        assert!(tries.any(|total| total.is_none()));
    }
}
