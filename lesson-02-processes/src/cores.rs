//! `cores`: the primes below 20,000,000 on 1, 2, 4… processes, and on as many threads.
//!
//! Computing gets faster with every core that helps, and no core is faster in a process than in a thread. What differs is
//! the price: starting a process, and sending it its work and the result back.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::{self, Builder};
use std::time::Instant;

use common::measure::{cores, seconds};
use common::{Failure, Outcome, Run};
use serde::Serialize;
use serde_json::json;
use tracing::{info, info_span};

use crate::crew::Crew;
use crate::price::job_and_answer;
use crate::primes::{count, ranges};

/// Parts that the work is cut into: many more than workers, so that nobody is left with the last long one.
const PARTS: u64 = 64;

/// One row of the table; all times in seconds.
#[derive(Serialize)]
struct Row {
    workers: usize,
    processes_s: f64,
    threads_s: f64,
    /// Until the first empty answer of every process, or until every thread has begun and ended.
    start_processes_s: f64,
    start_threads_s: f64,
    primes: u64,
}

fn on_processes(below: u64, workers: usize) -> Result<(u64, f64, f64), Failure> {
    let start = Instant::now();
    let mut crew = Crew::start(&format!("process {workers}."), "primes", workers)?;
    let _: Vec<u64> = crew.share_out(&vec![0..0_u64; workers])?;
    let started = start.elapsed().as_secs_f64();
    let primes: Vec<u64> = crew.share_out(&ranges(below, PARTS))?;
    let took = start.elapsed().as_secs_f64();
    crew.finish()?;
    Ok((primes.iter().sum(), took, started))
}

fn on_threads(below: u64, workers: usize) -> Result<(u64, f64, f64), Failure> {
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| ());
        }
    });
    let started = start.elapsed().as_secs_f64();
    let (jobs, next, primes) = (ranges(below, PARTS), AtomicUsize::new(0), AtomicU64::new(0));
    let work = || {
        // All threads see the list and the sum. Nothing is sent.
        while let Some(range) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            primes.fetch_add(count(range.clone()), Ordering::Relaxed);
        }
    };
    let start = Instant::now();
    thread::scope(|scope| -> std::io::Result<()> {
        for number in 1..=workers {
            Builder::new()
                .name(format!("thread {workers}.{number}"))
                .spawn_scoped(scope, work)?;
        }
        Ok(())
    })?;
    Ok((primes.into_inner(), start.elapsed().as_secs_f64(), started))
}

/// What `cargo run -p lesson-02-processes -- cores` runs.
///
/// # Errors
/// When a worker fails.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let below = run.count("below").get() as u64;
    let start = Instant::now();
    let span = info_span!("alone").entered();
    let primes: u64 = ranges(below, PARTS).into_iter().map(count).sum();
    let alone_s = start.elapsed().as_secs_f64();
    drop(span);
    info!(
        "alone: {primes} primes below {below} in {}",
        seconds(alone_s)
    );
    let mut rows = Vec::new();
    // 1, 2, 4 and so on, one step beyond the cores that there are.
    for workers in (0..8)
        .map(|power| 1 << power)
        .take_while(|workers| *workers <= (2 * cores()).min(32))
    {
        let (by_processes, processes_s, start_processes_s) = on_processes(below, workers)?;
        let (by_threads, threads_s, start_threads_s) = on_threads(below, workers)?;
        if (by_processes, by_threads) != (primes, primes) {
            return Err(Failure::Failed(format!(
                "{by_processes} and {by_threads} primes, not {primes}"
            )));
        }
        let (by_process, by_thread) = (alone_s / processes_s, alone_s / threads_s);
        let ideal = workers.min(cores()) as f64;
        info!(
            "on {workers}: {by_process:.2} times with processes, {by_thread:.2} times with threads, ideal {ideal:.1}"
        );
        rows.push(Row {
            workers,
            processes_s,
            threads_s,
            start_processes_s,
            start_threads_s,
            primes,
        });
    }
    let (to_process_s, to_thread_s) = job_and_answer()?;
    let Some(last) = rows.last() else {
        return Err(Failure::Failed("no cores".to_owned()));
    };
    let (processes, threads) = (
        seconds(last.start_processes_s),
        seconds(last.start_threads_s),
    );
    info!(
        "the price: the last ones were there after {processes} as processes, {threads} as threads"
    );
    info!(
        "a job and its answer: {} to a process, {} to a thread",
        seconds(to_process_s),
        seconds(to_thread_s)
    );
    Ok(Outcome::new(json!({
        "below": below, "primes": primes, "cores": cores(), "alone_s": alone_s, "table": rows,
        "job_to_process_s": to_process_s, "job_to_thread_s": to_thread_s,
    })))
}
