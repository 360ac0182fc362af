//! `false-sharing`: two threads, two counters, and still they slow each other down.
//!
//! A core does not fetch single numbers from memory but *cache lines* of 64 or 128 bytes. Two counters next to each
//! other lie on one line, and only one core at a time may change a line. So the line travels back and forth, although
//! the threads share nothing that matters to them.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tracing::info_span;

/// Broken: two counters on one cache line.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Together(pub [AtomicU64; 2]);

/// Fixed: a counter that has its cache line to itself.
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Padded(pub AtomicU64);

/// Lets two threads count to `times`, each with a counter of its own; returns the time of the slower one.
pub fn count_both(counters: [&AtomicU64; 2], times: u64) -> Duration {
    let start = &Barrier::new(2);
    thread::scope(|scope| {
        let mut counting = Vec::new();
        for (number, counter) in (1..).zip(counters) {
            counting.push(scope.spawn(move || {
                start.wait();
                let _span = info_span!("counter", number).entered();
                let start = Instant::now();
                for _ in 0..times {
                    counter.fetch_add(1, Ordering::Relaxed);
                }
                start.elapsed()
            }));
        }

        let mut slowest = Duration::ZERO;
        for thread in counting {
            slowest = slowest.max(thread.join().expect("counting does not panic"));
        }
        slowest
    })
}
