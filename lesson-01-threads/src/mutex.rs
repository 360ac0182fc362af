//! `mutex`: several threads change one value, one at a time.
//!
//! A `Mutex` owns the value it protects. `lock` waits until no other thread has it and returns a *guard*; the value can
//! be reached only through the guard, and the lock is given back when the guard is dropped. The steps in between are
//! the *critical section*.

use common::Pace;
use tracing::info_span;

use crate::sync::{Mutex, MutexGuard, thread};

/// A till, which several cashiers share.
#[derive(Debug, Default)]
pub struct Till {
    pub cents: u32,
    pub sales: u32,
}

/// Locks the till. The span is for the timeline: here a cashier may have to wait.
fn lock(till: &Mutex<Till>) -> MutexGuard<'_, Till> {
    info_span!("lock", waits_for = "till").in_scope(|| till.lock().expect("no cashier panics"))
}

/// Reads a receipt, which takes a while.
fn read(receipt: u32, pace: Pace) -> u32 {
    thread::sleep(pace.seconds(0.1));
    receipt
}

/// Sells with a long critical section: the till is closed to others while the receipt is read.
pub fn sell_long(till: &Mutex<Till>, receipt: u32, pace: Pace) {
    let mut till = lock(till);
    let _held = info_span!("long section", holds = "till").entered();
    till.cents += read(receipt, pace);
    till.sales += 1;
} // The guard is dropped here, and the next cashier may go on.

/// Sells with a short critical section: the till is locked for two additions.
pub fn sell_short(till: &Mutex<Till>, receipt: u32, pace: Pace) {
    let cents = read(receipt, pace);
    let mut till = lock(till);
    let _held = info_span!("short section", holds = "till").entered();
    till.cents += cents;
    till.sales += 1;
}

/// Lets three cashiers make three sales each, all at once, and returns the till at the end of the day.
pub fn day(sell: fn(&Mutex<Till>, u32, Pace), pace: Pace) -> Till {
    let till = Mutex::new(Till::default());

    thread::scope(|scope| {
        for number in 1..=3 {
            let till = &till;
            scope.spawn(move || {
                let _span = info_span!("cashier", number).entered();
                for sale in 1..=3 {
                    sell(till, 100 * number + sale, pace);
                }
            });
        }
    });

    till.into_inner().expect("no cashier panics")
}
