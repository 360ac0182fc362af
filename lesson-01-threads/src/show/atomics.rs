//! `atomics`: four sellers, a letter, and what an atomic costs beside a mutex.

use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::thread;
use std::time::Instant;

use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tracing::{info, info_span};

use crate::atomics;
use crate::mailbox::Mailbox;

pub fn demo() -> Demo {
    Demo::new("atomics", "numbers that need no lock", run).in_turn()
}

fn run(_run: &Run) -> Result<Outcome, Failure> {
    let (hits, sold) = atomics::together(4, 25_000, 100_000);
    info!(
        "four threads counted to {hits} and sold {} of 100000 tickets",
        sold.iter().sum::<u32>()
    );

    let (letter, in_vain) = deliver(1815);
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

    Ok(json!({
        "hits": hits,
        "sold": sold,
        "letter": letter,
        "atomic_ns": atomic_ns,
        "mutex_ns": mutex_ns,
    })
    .into())
}

/// Hands a letter from one thread to another; returns it, and how often the receiver looked in vain.
fn deliver(letter: u64) -> (u64, u64) {
    let mailbox = Mailbox::default();
    thread::scope(|scope| {
        scope.spawn(|| {
            let _span = info_span!("postman").entered();
            mailbox.put(letter);
        });

        let _span = info_span!("look").entered();
        let mut in_vain = 0;
        loop {
            if let Some(letter) = mailbox.look() {
                return (letter, in_vain);
            }
            in_vain += 1;
            thread::yield_now();
        }
    })
}

/// Measures the nanoseconds of a `fetch_add`, and of a lock, an addition and an unlock, on one thread.
fn costs(times: u32) -> (f64, f64) {
    let each = |start: Instant| start.elapsed().as_secs_f64() * 1e9 / f64::from(times);

    let hits = AtomicU64::new(0);
    let start = Instant::now();
    atomics::count(&hits, times);
    let atomic = each(start);

    let hits = Mutex::new(0_u64);
    let start = Instant::now();
    for _ in 0..times {
        *hits.lock().expect("this thread alone uses it") += 1;
    }
    let mutex = each(start);

    (atomic, mutex)
}
