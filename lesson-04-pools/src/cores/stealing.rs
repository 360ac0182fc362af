//! `stealing`: jobs of very different length, shared out in three ways.
//!
//! *Static shares*: each thread gets its part before the work begins. *A shared queue*: a thread
//! that is free takes the next job, as in our pool. *Work stealing*: each thread has a queue of its
//! own, and takes from another one's when its own is empty; rayon and tokio work like that.

use std::thread;

use common::Failure;
use rayon::prelude::*;
use tracing::info_span;

use crate::executor::{JobHandle, ThreadPool};

/// The work of a job, given its length.
pub type Work<'a> = &'a (dyn Fn(u64) -> u64 + Sync);

/// Gives each thread its own part of the jobs. It stops when that is done.
pub fn static_shares(jobs: &[u64], threads: usize, work: Work) -> Result<u64, Failure> {
    let sum = thread::scope(|scope| {
        let mut sums = Vec::new();
        for (number, share) in (1..).zip(jobs.chunks(jobs.len().div_ceil(threads))) {
            sums.push(scope.spawn(move || {
                let _span = info_span!("static", number).entered();
                share.iter().map(|job| work(*job)).sum::<u64>()
            }));
        }

        let sums = sums.into_iter();
        sums.map(|thread| thread.join().expect("no job panics"))
            .sum()
    });
    Ok(sum)
}

/// Puts all jobs into the one queue of our pool.
pub fn shared_queue(jobs: &[u64], threads: usize, work: Work) -> Result<u64, Failure> {
    let pool = ThreadPool::builder()
        .workers(threads)
        .name_prefix("queue")
        .build()?;

    pool.scope(|scope| {
        let handles: Result<Vec<_>, _> =
            jobs.iter().map(|job| scope.submit(|| work(*job))).collect();
        let results = handles?.into_iter().map(JobHandle::result);
        Ok(results.sum::<Result<u64, _>>()?)
    })
}

/// Lets rayon split the list in halves. A thread puts one half aside, in its own queue, and goes on
/// with the other; a thread that has nothing to do steals what was put aside first, the largest
/// piece.
pub fn stealing(jobs: &[u64], threads: usize, work: Work) -> Result<u64, Failure> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|number| format!("stealing-{}", number + 1))
        .build()?;

    // Down to single jobs: rayon would otherwise stop when there are some pieces for each thread.
    Ok(pool.install(|| jobs.par_iter().with_max_len(1).map(|job| work(*job)).sum()))
}
