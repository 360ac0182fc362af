//! `cores`: work that computes, on one thread and on more.
//!
//! Counting primes keeps a core busy without a pause. Two threads on two cores need half the time; a third thread
//! finds no free core. And shares of equal length are not shares of equal work: large numbers take longer to test.

use std::io;
use std::ops::Range;
use std::thread::{self, Builder};
use std::time::Instant;

use common::{Failure, Outcome, Run, measure};
use serde_json::{Value, json};
use tracing::{info, info_span};

use crate::primes;
use crate::sync::atomic::{AtomicU32, Ordering};

/// Numbers that are handed out at once.
const BLOCK: u32 = 20_000;

/// A queue of blocks of numbers, made of nothing but the number at which the next block starts.
pub struct Blocks {
    next: AtomicU32,
    below: u32,
}

impl Blocks {
    /// The numbers from 0 to below `below`.
    pub fn new(below: u32) -> Blocks {
        Blocks {
            next: AtomicU32::new(0),
            below,
        }
    }

    /// The next block, which nobody else gets. `None` when all have been handed out.
    pub fn take(&self, length: u32) -> Option<Range<u32>> {
        let start = self.next.fetch_add(length, Ordering::Relaxed);
        (start < self.below).then(|| start..self.below.min(start + length))
    }
}

/// Starts threads that each do `work` with their own number, from 0, and adds up what they return.
fn on_threads(threads: u32, work: impl Fn(u32) -> u32 + Sync) -> io::Result<u32> {
    thread::scope(|scope| {
        let mut counting = Vec::new();
        for number in 0..threads {
            let (work, name) = (&work, format!("{threads} threads, no. {}", number + 1));
            counting.push(Builder::new().name(name).spawn_scoped(scope, move || {
                let _span = info_span!("count").entered();
                work(number)
            })?);
        }
        Ok(counting
            .into_iter()
            .map(|thread| thread.join().expect("counting does not panic"))
            .sum())
    })
}

/// Counts the primes below `below`; each thread gets one share, all of equal length.
///
/// # Errors
/// When the system has no room for another thread.
pub fn static_shares(below: u32, threads: u32, odd_primes: &[u32]) -> io::Result<u32> {
    let share = below.div_ceil(threads);
    on_threads(threads, |number| {
        primes::count(number * share..below.min((number + 1) * share), odd_primes)
    })
}

/// Counts the primes below `below`; each thread takes the next block whenever it has finished one.
///
/// # Errors
/// As [`static_shares`].
pub fn shared_counter(below: u32, threads: u32, odd_primes: &[u32]) -> io::Result<u32> {
    let blocks = Blocks::new(below);
    on_threads(threads, |_| {
        std::iter::from_fn(|| blocks.take(BLOCK))
            .map(|block| primes::count(block, odd_primes))
            .sum()
    })
}

/// What `cargo run -p lesson-01-threads -- cores` runs: 1, 2, 4, … threads, up to twice as many as there are cores.
///
/// # Errors
/// As [`static_shares`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (below, cores) = (
        u32::try_from(run.count("below").get())?,
        u32::try_from(measure::cores())?,
    );
    let odd_primes = primes::up_to_the_root(below);
    let start = Instant::now();
    let expected = info_span!("alone").in_scope(|| primes::count(0..below, &odd_primes));
    let alone_s = start.elapsed().as_secs_f64();
    info!("one after the other: {expected} primes below {below} in {alone_s:.2} s");
    let mut table: Vec<Value> = Vec::new();
    let mut best: (f64, u32, &str) = (0.0, 0, "");
    for threads in (0..)
        .map(|power| 1 << power)
        .take_while(|threads| *threads < 4 * cores.min(16))
    {
        // With one thread there is nothing to share.
        for (way, count) in &WAYS[..threads.min(2) as usize] {
            let start = Instant::now();
            let found = count(below, threads, &odd_primes)?;
            let seconds = start.elapsed().as_secs_f64();
            if found != expected {
                return Err(Failure::Failed(format!(
                    "{threads} threads, {way}: {found} primes"
                )));
            }
            let (speed_up, ideal) = (alone_s / seconds, threads.min(cores));
            info!(
                "threads {threads}, {way}: {seconds:.2} s, {speed_up:.2} times as fast, ideal {ideal}"
            );
            table.push(json!({
                "threads": threads, "way": way, "seconds": seconds, "speed_up": speed_up, "ideal": ideal,
            }));
            if speed_up > best.0 {
                best = (speed_up, threads, way);
            }
        }
    }
    info!(
        "best: {:.2} times as fast with {} threads, {}; this machine has {cores} cores",
        best.0, best.1, best.2
    );
    Ok(Outcome::new(
        json!({ "primes": expected, "below": below, "cores": cores, "sequential_s": alone_s, "table": table }),
    ))
}

type Way = fn(u32, u32, &[u32]) -> io::Result<u32>;

const WAYS: [(&str, Way); 2] = [
    ("static shares", static_shares),
    ("shared counter", shared_counter),
];
