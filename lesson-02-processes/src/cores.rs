//! `cores`: the primes below 20,000,000 on 1, 2, 4… processes, and on as many threads.
//!
//! Computing gets faster with every core that helps, and no core is faster in a process than in a thread. What differs is
//! the price: starting a process, and sending it its work and the result back.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use tracing::info_span;

use crate::support::crew::Crew;
use crate::support::messages::WorkerError;
use crate::support::primes::count;

/// Parts that the work is cut into: many more than workers, so that no worker is left with the last long one.
pub const PARTS: u64 = 64;

/// Counts the primes in all parts on one thread.
pub fn alone(parts: &[Range<u64>]) -> u64 {
    let _span = info_span!("alone").entered();
    parts.iter().cloned().map(count).sum()
}

/// Counts them on processes. Each part is sent, and so is each count.
pub fn on_processes(crew: &mut Crew, parts: &[Range<u64>]) -> Result<u64, WorkerError> {
    let counts: Vec<u64> = crew.share_out(parts)?;
    Ok(counts.iter().sum())
}

/// Counts them on threads. All threads see the list and the sum: nothing is sent.
pub fn on_threads(threads: usize, parts: &[Range<u64>]) -> u64 {
    let next = AtomicUsize::new(0);
    let primes = AtomicU64::new(0);
    let work = |number: usize| {
        let name = format!("{threads}.{number}");
        let _span = info_span!("thread", name).entered();
        while let Some(part) = parts.get(next.fetch_add(1, Ordering::Relaxed)) {
            primes.fetch_add(count(part.clone()), Ordering::Relaxed);
        }
    };

    thread::scope(|scope| {
        for number in 1..=threads {
            scope.spawn(move || work(number));
        }
    });

    primes.into_inner()
}
