//! `mutex`: several threads change one value, one at a time.
//!
//! A `Mutex` owns the value it protects. `lock` waits until nobody else has it and returns a *guard*; the value can be
//! reached only through the guard, and the lock is given back when the guard is dropped. What happens in between is
//! the *critical section*. An `RwLock` lets many read at once, or one write.

use std::io;
use std::thread::{self, Builder};
use std::time::Instant;

use common::{Failure, Outcome, Pace, Run};
use serde_json::json;
use tracing::{info, info_span};

use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Mutex, MutexGuard, RwLock};

/// Seconds that reading a receipt takes.
const READING: f64 = 0.1;
const CASHIERS: u32 = 3;
const SALES: u32 = 3;

/// A till, which several cashiers share.
#[derive(Debug, Default)]
pub struct Till {
    /// What is in it.
    pub cents: u32,
    /// How often somebody put something in.
    pub sales: u32,
}

fn lock(till: &Mutex<Till>) -> MutexGuard<'_, Till> {
    // The span is for the timeline: here somebody may have to wait.
    info_span!("lock", waits_for = "till").in_scope(|| till.lock().expect("no cashier panics"))
}

/// A sale whose critical section covers the slow part: the till is closed to others while the receipt is read.
pub fn sell_long(till: &Mutex<Till>, read_receipt: &dyn Fn() -> u32) {
    let mut till = lock(till);
    let _held = info_span!("long section", holds = "till").entered();
    till.cents += read_receipt();
    till.sales += 1;
} // The guard is dropped here, and the next cashier may go on.

/// The same sale with a short critical section: the till is locked for two additions.
pub fn sell_short(till: &Mutex<Till>, read_receipt: &dyn Fn() -> u32) {
    let cents = read_receipt();
    let mut till = lock(till);
    let _held = info_span!("short section", holds = "till").entered();
    till.cents += cents;
    till.sales += 1;
}

/// All cashiers at once; what the till holds at the end, and the seconds it took.
///
/// # Errors
/// When the system has no room for another thread.
///
/// # Panics
/// When a cashier panicked.
pub fn day(pace: Pace, sell: fn(&Mutex<Till>, &dyn Fn() -> u32)) -> io::Result<(Till, f64)> {
    let (till, start) = (Mutex::new(Till::default()), Instant::now());
    thread::scope(|scope| {
        for number in 1..=CASHIERS {
            let till = &till;
            Builder::new()
                .name(format!("cashier {number}"))
                .spawn_scoped(scope, move || {
                    let _span = info_span!("cashier").entered();
                    for sale in 1..=SALES {
                        let read_receipt = || {
                            thread::sleep(pace.seconds(READING));
                            100 * number + sale
                        };
                        sell(till, &read_receipt);
                    }
                })?;
        }
        io::Result::Ok(())
    })?;
    Ok((
        till.into_inner().expect("no cashier panics"),
        start.elapsed().as_secs_f64(),
    ))
}

/// Readers of a price list, and then one writer. How many were reading at the same moment, and the new price.
///
/// # Errors
/// As [`day`].
///
/// # Panics
/// When a reader panicked.
pub fn price_list(pace: Pace) -> io::Result<(usize, u32)> {
    let (price, reading, most) = (RwLock::new(250), AtomicUsize::new(0), AtomicUsize::new(0));
    thread::scope(|scope| {
        for number in 1..=CASHIERS {
            let (price, reading, most) = (&price, &reading, &most);
            Builder::new()
                .name(format!("reader {number}"))
                .spawn_scoped(scope, move || {
                    let _span = info_span!("read").entered();
                    let price = price.read().expect("nobody panics");
                    most.fetch_max(reading.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    thread::sleep(pace.seconds(READING));
                    reading.fetch_sub(1, Ordering::SeqCst);
                    assert_eq!(*price, 250, "nobody writes while somebody reads");
                })?;
        }
        io::Result::Ok(())
    })?;
    *price.write().expect("nobody panics") += 20;
    Ok((
        most.into_inner(),
        price.into_inner().expect("nobody panics"),
    ))
}

/// What `cargo run -p lesson-01-threads -- mutex` runs.
///
/// # Errors
/// As [`day`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (till, long_s) = day(run.pace, sell_long)?;
    info!(
        "reading inside the lock: {} cents, {} sales, {long_s:.3} s",
        till.cents, till.sales
    );
    let (till, short_s) = day(run.pace, sell_short)?;
    info!(
        "reading before the lock: {} cents, {} sales, {short_s:.3} s",
        till.cents, till.sales
    );
    let (readers, price) = price_list(run.pace)?;
    info!("the price list had {readers} readers at once, then one writer: {price} cents");
    info!(
        "a short critical section was {:.1} times faster than a long one",
        long_s / short_s
    );
    Ok(Outcome::new(json!({
        "cents": till.cents, "sales": till.sales, "long_s": long_s, "short_s": short_s,
        "readers_at_once": readers, "price": price,
    })))
}
