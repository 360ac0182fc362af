//! `batching`: how many items make one job? Each job travels through a queue, and for a process through a pipe. That
//! costs the same for one item as for a thousand.

use std::io;

use common::measure::timed;
use common::{Failure, Outcome, Run};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::{info, info_span};

use crate::executor::worker::serve;
use crate::executor::{Error, ProcessPool, Task, ThreadPool};
use crate::support::compute::sum_of_squares;
use crate::support::reexec::reexec;

/// Squares in an item: two or three microseconds of work.
pub const SQUARES: u64 = 1000;

/// An item: the squares of the thousand numbers from here.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Item(pub u64);

impl Task for Item {
    type Output = u64;

    fn run(self) -> u64 {
        sum_of_squares(self.0..self.0 + SQUARES)
    }
}

/// What this program does when it is started again as a worker of this demo.
///
/// # Errors
/// When a pipe to the parent fails.
pub fn worker(_name: &str) -> io::Result<()> {
    serve::<Item>()
}

/// A pool whose workers are this program.
///
/// # Errors
/// As [`ProcessPoolBuilder::build`](crate::executor::ProcessPoolBuilder::build).
pub fn processes(workers: usize) -> io::Result<ProcessPool<Item>> {
    ProcessPool::builder()
        .workers(workers)
        .worker_command(reexec("batching"))
        .build()
}

/// All items through the threads, so many in a job.
///
/// # Errors
/// When a job failed.
pub fn through_threads(pool: &ThreadPool, items: u64, chunk: usize) -> Result<u64, Error> {
    pool.map((0..items).map(Item), Item::run)
        .chunks(chunk)
        .sum()
}

/// All items through the processes, so many in a message.
///
/// # Errors
/// When a worker was lost.
pub fn through_processes(pool: &ProcessPool<Item>, items: u64, chunk: usize) -> Result<u64, Error> {
    pool.map((0..items).map(Item)).chunks(chunk).sum()
}

/// What `cargo run -p lesson-04-pools -- batching` runs.
///
/// # Errors
/// When a pool cannot be had, or the ways differ in their sum.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (items, workers) = (run.count("items").get() as u64, run.count("workers").get());
    let threads = ThreadPool::builder()
        .workers(workers)
        .name_prefix("thread")
        .build()?;
    let processes = processes(workers)?;
    // Workers are started when they are first needed. That is not what is measured here.
    through_threads(&threads, workers as u64, 1)?;
    through_processes(&processes, workers as u64, 1)?;

    let (sum, alone) = timed(|| (0..items).map(|n| Item(n).run()).sum::<u64>());
    let per_item = |used: common::measure::Used| used.wall.as_secs_f64() * 1e6 / items as f64;
    let alone = per_item(alone);
    info!("in a loop: {alone:.2} us an item");
    let (mut table, mut best) = (Vec::new(), f64::MAX);
    let sizes = (0..)
        .map(|power| 10_usize.pow(power))
        .take_while(|size| (*size as u64) < items);
    for chunk in sizes.chain([usize::try_from(items)?]) {
        let span = info_span!("threads", chunk).entered();
        let (by_threads, used) = timed(|| through_threads(&threads, items, chunk));
        let threads_us = per_item(used);
        drop(span);
        let span = info_span!("processes", chunk).entered();
        let (by_processes, used) = timed(|| through_processes(&processes, items, chunk));
        let processes_us = per_item(used);
        drop(span);
        if by_threads? != sum || by_processes? != sum {
            return Err(Failure::Failed(format!("chunks of {chunk}: another sum")));
        }
        info!(
            "chunks of {chunk}: threads {threads_us:.2} us an item, processes {processes_us:.2} us an item"
        );
        table.push(
            json!({ "chunk": chunk, "threads_us": threads_us, "processes_us": processes_us }),
        );
        best = best.min(threads_us);
    }
    info!(
        "at best the threads were {:.2} times as fast as the loop",
        alone / best
    );
    Ok(Outcome::new(
        json!({ "items": items, "workers": workers, "sum": sum, "alone_us": alone, "table": table }),
    ))
}
