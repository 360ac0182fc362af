//! The demo `cores`: a table of times.

use std::io;
use std::ops::Range;
use std::thread;
use std::time::Instant;

use common::measure::{cores, seconds};
use common::{Demo, Failure, Outcome, Run, options};
use serde::Serialize;
use serde_json::json;
use tracing::info;

use crate::cores::{PARTS, alone, on_processes, on_threads};
use crate::support::crew::Crew;
use crate::support::handoff_cost::{to_a_process, to_a_thread};
use crate::support::primes::{count, ranges};
use crate::support::serve::serve;

pub const ROLE: &str = "primes";
const BELOW: &str = "below";

pub fn demo() -> Demo {
    Demo::new(
        "cores",
        "primes on 1, 2, 4 and more processes, and on as many threads",
        run,
    )
    .in_turn()
    .option(options::count(
        BELOW,
        1_000_000_000,
        Some("20000000"),
        "Count the primes below this",
    ))
    .worker(ROLE, worker)
}

fn worker(_name: &str) -> io::Result<()> {
    serve(|range: Range<u64>| Ok(count(range)))
}

/// A row of the table; all times in seconds.
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

fn run(run: &Run) -> Result<Outcome, Failure> {
    let below = run.count(BELOW).get() as u64;
    let parts = ranges(below, PARTS);
    let start = Instant::now();
    let primes = alone(&parts);
    let alone_s = start.elapsed().as_secs_f64();
    info!(
        "alone: {primes} primes below {below} in {}",
        seconds(alone_s)
    );

    let mut table = Vec::new();
    let mut workers = 1;
    // One step beyond the cores that there are.
    while workers <= (2 * cores()).min(32) {
        let row = row(workers, &parts, primes)?;
        info!(
            "on {workers}: {:.2} times with processes, {:.2} times with threads, ideal {:.1}",
            alone_s / row.processes_s,
            alone_s / row.threads_s,
            workers.min(cores()) as f64
        );
        table.push(row);
        workers *= 2;
    }

    let mut one = Crew::start("process ", ROLE, 1)?;
    let to_process_s = to_a_process(&mut one)?;
    one.finish()?;
    let to_thread_s = to_a_thread()?;
    let Some(last) = table.last() else {
        return Err(Failure::Failed("no cores".to_owned()));
    };
    info!(
        "the price: the last ones were there after {} as processes, {} as threads",
        seconds(last.start_processes_s),
        seconds(last.start_threads_s)
    );
    info!(
        "a job and its answer: {} to a process, {} to a thread",
        seconds(to_process_s),
        seconds(to_thread_s)
    );

    Ok(json!({
        "below": below,
        "primes": primes,
        "cores": cores(),
        "alone_s": alone_s,
        "table": table,
        "job_to_process_s": to_process_s,
        "job_to_thread_s": to_thread_s,
    })
    .into())
}

/// Counts the primes on processes and on threads, and measures both.
fn row(workers: usize, parts: &[Range<u64>], primes: u64) -> Result<Row, Failure> {
    let start = Instant::now();
    let mut crew = Crew::start(&format!("process {workers}."), ROLE, workers)?;
    let _: Vec<u64> = crew.share_out(&vec![0..0_u64; workers])?;
    let start_processes_s = start.elapsed().as_secs_f64();

    let by_processes = on_processes(&mut crew, parts)?;
    let processes_s = start.elapsed().as_secs_f64();
    crew.finish()?;

    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| ());
        }
    });
    let start_threads_s = start.elapsed().as_secs_f64();

    let start = Instant::now();
    let by_threads = on_threads(workers, parts);
    let threads_s = start.elapsed().as_secs_f64();

    if (by_processes, by_threads) != (primes, primes) {
        return Err(Failure::Failed(format!(
            "{by_processes} and {by_threads} primes, not {primes}"
        )));
    }
    Ok(Row {
        workers,
        processes_s,
        threads_s,
        start_processes_s,
        start_threads_s,
        primes,
    })
}
