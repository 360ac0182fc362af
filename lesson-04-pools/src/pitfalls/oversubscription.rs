//! `oversubscription`: a pool inside each job of a pool. Eight times eight threads want two cores.

use std::sync::atomic::{AtomicU64, Ordering};

use common::measure::{Used, process_status, seconds, timed};
use common::{Failure, Outcome, Run};
use rayon::prelude::*;
use serde_json::{Value, json};
use tracing::{info, info_span};

use crate::executor::{Error, ThreadPool};
use crate::support::compute::unsorted;

/// The most threads and the most memory that the process was seen to have, in KiB.
#[derive(Debug, Default)]
pub struct Gauge {
    threads: AtomicU64,
    memory: AtomicU64,
}

impl Gauge {
    fn read(&self) {
        self.threads
            .fetch_max(process_status("Threads:").unwrap_or(0), Ordering::Relaxed);
        self.memory
            .fetch_max(process_status("VmRSS:").unwrap_or(0), Ordering::Relaxed);
    }

    /// The most threads so far.
    pub fn threads(&self) -> u64 {
        self.threads.load(Ordering::Relaxed)
    }
}

/// Sorts so many numbers; gives the one in the middle.
fn median(numbers: usize, gauge: &Gauge) -> u64 {
    let _span = info_span!("sort").entered();
    let mut numbers = unsorted(numbers);
    numbers.sort_unstable();
    gauge.read();
    numbers[numbers.len() / 2]
}

/// Broken: each of `wide` jobs makes a pool of its own, because a function that it calls happens to do that.
///
/// # Errors
/// When a job failed.
pub fn pool_in_a_pool(wide: usize, numbers: usize, gauge: &Gauge) -> Result<u64, Failure> {
    let outer = ThreadPool::builder()
        .workers(wide)
        .name_prefix("outer")
        .build()?;
    let row = |number: usize| -> Result<u64, Failure> {
        let inner = ThreadPool::builder()
            .workers(wide)
            .name_prefix(&format!("inner-{number}"))
            .build()?;
        inner.scope(|scope| {
            let parts: Result<Vec<_>, Error> = (0..wide)
                .map(|_| scope.submit(|| median(numbers, gauge)))
                .collect();
            parts?.into_iter().map(|part| Ok(part.result()?)).sum()
        })
    };
    outer.scope(|scope| {
        let rows: Result<Vec<_>, Error> = (1..=wide)
            .map(|number| scope.submit(move || row(number)))
            .collect();
        rows?.into_iter().map(|row| row.result()?).sum()
    })
}

/// Fixed: one pool for both levels, with a thread for each core. rayon lets loops be inside loops; all of them use the
/// threads that are there.
pub fn one_pool(wide: usize, numbers: usize, gauge: &Gauge) -> u64 {
    let row = |_| {
        (0..wide)
            .into_par_iter()
            .map(|_| median(numbers, gauge))
            .sum::<u64>()
    };
    (0..wide).into_par_iter().map(row).sum()
}

fn show(way: &str, gauge: &Gauge, used: Used) -> Value {
    let (threads, mib) = (
        gauge.threads(),
        gauge.memory.load(Ordering::Relaxed) as f64 / 1024.0,
    );
    let (wall, cpu) = (used.wall.as_secs_f64(), used.cpu.as_secs_f64());
    info!(
        "{way}: {threads} threads, {mib:.1} MiB, {}, {} of CPU time, taken off the CPU {} times",
        seconds(wall),
        seconds(cpu),
        used.preemptions
    );
    json!({ "threads": threads, "mib": mib, "seconds": wall, "cpu_s": cpu, "preemptions": used.preemptions })
}

/// What `cargo run -p lesson-04-pools -- oversubscription` runs.
///
/// # Errors
/// When the threads cannot be had, or the ways differ in their result.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (wide, numbers) = (run.count("wide").get(), run.count("numbers").get());
    let cores = crate::cores::rayon::pool(common::measure::cores())?;
    // The thrifty one first: what a process has had once, it may not give back.
    let gauge = Gauge::default();
    let (found, used) = timed(|| cores.install(|| one_pool(wide, numbers, &gauge)));
    drop(cores);
    let fixed = show("one pool", &gauge, used);
    let gauge = Gauge::default();
    let (sum, used) = timed(|| pool_in_a_pool(wide, numbers, &gauge));
    let broken = show("a pool in a pool", &gauge, used);
    if sum? != found {
        return Err(Failure::Failed(
            "the two ways came to different results".into(),
        ));
    }
    Ok(Outcome::new(
        json!({ "wide": wide, "sum": found, "pool_in_a_pool": broken, "one_pool": fixed }),
    ))
}
