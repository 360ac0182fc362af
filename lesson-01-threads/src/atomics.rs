//! `atomics`: numbers that several threads may change without a lock, because each change is one indivisible step.
//!
//! `fetch_add` reads, adds and writes in one step. What has no step of its own is made of `compare_exchange`: write only
//! if nobody changed the value meanwhile, else look again. `Ordering` says what else the other threads must see:
//! `Relaxed` nothing, where only the number counts; `Release` and `Acquire` what was written before.

use std::io;
use std::sync::Barrier;
use std::thread::{self, Builder};
use std::time::Instant;

use common::{Failure, Outcome, Run};
use serde_json::json;
use tracing::{info, info_span};

use crate::mailbox::Mailbox;
use crate::sync::Mutex;
use crate::sync::atomic::{AtomicU32, AtomicU64, Ordering};

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
            // Somebody was faster. This is what is left now.
            Err(now) => left = now,
        }
    }
    false
}

/// The work done by several threads: the hits counted, and how many tickets each of the sellers sold.
///
/// # Errors
/// When the system has no room for another thread.
///
/// # Panics
/// When one of the threads panicked.
pub fn together(threads: u32, times: u32, tickets: u32) -> io::Result<(u64, Vec<u32>)> {
    let (hits, tickets) = (AtomicU64::new(0), AtomicU32::new(tickets));
    let start = Barrier::new(threads as usize);
    let sold = thread::scope(|scope| {
        let mut sellers = Vec::new();
        for number in 1..=threads {
            sellers.push(
                Builder::new()
                    .name(format!("seller {number}"))
                    .spawn_scoped(scope, || {
                        start.wait();
                        let _span = info_span!("count and sell").entered();
                        count(&hits, times);
                        std::iter::from_fn(|| sell(&tickets).then_some(1)).sum()
                    })?,
            );
        }
        io::Result::Ok(
            sellers
                .into_iter()
                .map(|seller| seller.join().expect("nobody panics"))
                .collect(),
        )
    })?;
    Ok((hits.into_inner(), sold))
}

/// A letter from one thread to another, and how often the receiver looked in vain.
///
/// # Errors
/// As [`together`].
pub fn letter(letter: u64) -> io::Result<(u64, u64)> {
    let mailbox = Mailbox::default();
    thread::scope(|scope| {
        Builder::new()
            .name("postman".into())
            .spawn_scoped(scope, || {
                let _span = info_span!("put").entered();
                mailbox.put(letter);
            })?;
        let _span = info_span!("look").entered();
        let mut in_vain = 0;
        loop {
            if let Some(letter) = mailbox.look() {
                return Ok((letter, in_vain));
            }
            in_vain += 1;
            thread::yield_now();
        }
    })
}

/// Nanoseconds that one `fetch_add` takes, and one lock, add and unlock of a `Mutex`, when nobody else wants them.
fn costs(times: u32) -> (f64, f64) {
    let each = |start: Instant| start.elapsed().as_secs_f64() * 1e9 / f64::from(times);
    let (hits, start) = (AtomicU64::new(0), Instant::now());
    count(&hits, times);
    let atomic = each(start);
    let (hits, start) = (Mutex::new(0_u64), Instant::now());
    for _ in 0..times {
        *hits.lock().expect("nobody panics") += 1;
    }
    (atomic, each(start))
}

/// What `cargo run -p lesson-01-threads -- atomics` runs.
///
/// # Errors
/// As [`together`].
pub fn demo(_run: &Run) -> Result<Outcome, Failure> {
    let (hits, sold) = together(4, 25_000, 100_000)?;
    info!(
        "four threads counted to {hits} and sold {} of 100000 tickets",
        sold.iter().sum::<u32>()
    );
    let (letter, in_vain) = letter(1815)?;
    info!("the letter says {letter}; the receiver looked {in_vain} times in vain");
    let (atomic_ns, mutex_ns) = info_span!("measure").in_scope(|| costs(200_000));
    let build = if cfg!(debug_assertions) {
        "debug"
    } else {
        "release"
    };
    info!(
        "one fetch_add took {atomic_ns:.1} ns, one locked addition {mutex_ns:.1} ns, in this {build} build"
    );
    Ok(Outcome::new(json!({
        "hits": hits, "sold": sold, "letter": letter, "atomic_ns": atomic_ns, "mutex_ns": mutex_ns,
    })))
}
