//! `stealing`: jobs of very different length, shared out in three ways.
//!
//! *Static shares*: each thread gets its part before the work begins. *A shared queue*: whoever is free takes the next
//! job, as in our pool. *Work stealing*: each thread has a queue of its own, and takes from another one's when its own
//! is empty; rayon and tokio work like that.

use std::thread::Builder;

use common::measure::{seconds, timed};
use common::{Failure, Outcome, Run};
use rayon::prelude::*;
use serde_json::json;
use tracing::{info, info_span};

use crate::executor::{JobHandle, ThreadPool};
use crate::support::compute::sum_of_squares;

/// What a job does, given its length.
pub type Work<'a> = &'a (dyn Fn(u64) -> u64 + Sync);
type Way = fn(&[u64], usize, Work) -> Result<u64, Failure>;

/// Each thread does its own part of the jobs, and stops when that is done.
///
/// # Errors
/// When the system has no room for another thread.
///
/// # Panics
/// When a job panicked.
pub fn static_shares(jobs: &[u64], threads: usize, work: Work) -> Result<u64, Failure> {
    std::thread::scope(|scope| {
        let mut sums = Vec::new();
        for (number, share) in (1..).zip(jobs.chunks(jobs.len().div_ceil(threads))) {
            let thread = Builder::new().name(format!("static-{number}"));
            sums.push(thread.spawn_scoped(scope, move || {
                share.iter().map(|job| work(*job)).sum::<u64>()
            })?);
        }
        Ok(sums
            .into_iter()
            .map(|thread| thread.join().expect("no job panics"))
            .sum())
    })
}

/// All jobs stand in the one queue of our pool.
///
/// # Errors
/// When the pool cannot be had, or a job failed.
pub fn shared_queue(jobs: &[u64], threads: usize, work: Work) -> Result<u64, Failure> {
    let pool = ThreadPool::builder()
        .workers(threads)
        .name_prefix("queue")
        .build()?;
    pool.scope(|scope| {
        let handles: Result<Vec<_>, _> =
            jobs.iter().map(|job| scope.submit(|| work(*job))).collect();
        Ok(handles?
            .into_iter()
            .map(JobHandle::result)
            .sum::<Result<u64, _>>()?)
    })
}

/// rayon splits the list in halves. A thread puts one half aside, in its own queue, and goes on with the other; a thread
/// that has nothing to do steals what was put aside first, which is the largest piece.
///
/// # Errors
/// When the threads cannot be had.
pub fn stealing(jobs: &[u64], threads: usize, work: Work) -> Result<u64, Failure> {
    let name = |number| format!("stealing-{}", number + 1);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(name)
        .build()?;
    // Down to single jobs: rayon would otherwise stop splitting when there are some pieces for each thread.
    Ok(pool.install(|| jobs.par_iter().with_max_len(1).map(|job| work(*job)).sum()))
}

/// What `cargo run -p lesson-04-pools -- stealing` runs.
///
/// # Errors
/// When threads cannot be had, or the ways differ in their result.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (threads, unit) = (run.count("threads").get(), run.count("unit").get() as u64);
    // The first job is twelve times as long as the last, as when the large files come first.
    let jobs: Vec<u64> = (1..=12).rev().collect();
    let work =
        |length: u64| info_span!("job", length).in_scope(|| sum_of_squares(0..length * unit));
    let (sum, alone) = timed(|| {
        jobs.iter()
            .map(|length| sum_of_squares(0..length * unit))
            .sum::<u64>()
    });
    let alone = alone.wall.as_secs_f64();
    info!("one thread: {}", seconds(alone));

    let ways: [(&str, Way); 3] = [
        ("static shares", static_shares),
        ("shared queue", shared_queue),
        ("work stealing", stealing),
    ];
    let mut took = json!({ "one thread": alone });
    for (name, way) in ways {
        let (found, used) = timed(|| way(&jobs, threads, &work));
        if found? != sum {
            return Err(Failure::Failed(format!(
                "{name}: the same jobs came to another sum"
            )));
        }
        let wall = used.wall.as_secs_f64();
        info!(
            "{name}: {}, {:.2} times as fast",
            seconds(wall),
            alone / wall
        );
        took[name] = json!(wall);
    }
    Ok(Outcome::new(
        json!({ "threads": threads, "sum": sum, "seconds": took }),
    ))
}
