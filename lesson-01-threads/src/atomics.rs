//! `atomics`: numbers that several threads may change without a lock, because each change is one indivisible step.
//!
//! `fetch_add` reads, adds and writes in one step. What has no step of its own is made of `compare_exchange`: write only
//! if no other thread changed the value meanwhile, else look again. `Ordering` says what else the other threads must
//! see: `Relaxed` nothing, where only the number counts; `Release` and `Acquire` all that was written before.

use tracing::info_span;

use crate::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use crate::sync::{Barrier, thread};

/// Counts to `times`. Only the sum matters, so `Relaxed` is enough.
pub fn count(hits: &AtomicU64, times: u32) {
    for _ in 0..times {
        hits.fetch_add(1, Ordering::Relaxed);
    }
}

/// Sells one ticket, if there is one left: "subtract, but not below zero" as a loop around `compare_exchange`.
pub fn sell(tickets: &AtomicU32) -> bool {
    let mut left = tickets.load(Ordering::Relaxed);
    while left > 0 {
        match tickets.compare_exchange(left, left - 1, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => return true,
            // Another seller was faster. This is what is left now.
            Err(now) => left = now,
        }
    }
    false
}

/// Lets sellers count to `times` each and then sell all tickets; returns the hits, and how many each of them sold.
pub fn together(sellers: u32, times: u32, tickets: u32) -> (u64, Vec<u32>) {
    let hits = &AtomicU64::new(0);
    let tickets = &AtomicU32::new(tickets);
    let start = &Barrier::new(sellers as usize);

    let mut sold = Vec::new();
    thread::scope(|scope| {
        let mut selling = Vec::new();
        for number in 1..=sellers {
            selling.push(scope.spawn(move || {
                start.wait();
                let _span = info_span!("seller", number).entered();
                count(hits, times);
                let mut sold = 0;
                while sell(tickets) {
                    sold += 1;
                }
                sold
            }));
        }

        for seller in selling {
            sold.push(seller.join().expect("selling does not panic"));
        }
    });
    (hits.load(Ordering::Relaxed), sold)
}
