//! `panicking-job`: in a naive pool, each job that panics takes a thread with it. After as many of them as there were
//! threads, the pool is a queue that nobody reads.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use common::{Failure, Outcome, Run};
use serde_json::json;
use tracing::{info, info_span};

use crate::executor::{Error, ThreadPool};

type Job = Box<dyn FnOnce() + Send>;

/// Broken: a channel of jobs, and threads that call them.
pub struct NaivePool {
    jobs: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .recv()
        .ok()
}

impl NaivePool {
    /// A pool of so many threads.
    ///
    /// # Errors
    /// When the system has no room for them.
    pub fn new(threads: usize) -> io::Result<NaivePool> {
        let (sender, jobs) = channel::<Job>();
        let jobs = Arc::new(Mutex::new(jobs));
        let start = |number| {
            let jobs = Arc::clone(&jobs);
            let work = move || {
                while let Some(job) = next(&jobs) {
                    // A panic in here unwinds through the loop: this was the last job of this thread.
                    job();
                }
            };
            Builder::new().name(format!("naive-{number}")).spawn(work)
        };
        let threads = (1..=threads).map(start).collect::<io::Result<_>>()?;
        Ok(NaivePool {
            jobs: Some(sender),
            threads,
        })
    }

    /// False when there is nobody left who could do it. As long as one thread lives, nothing is noticed.
    pub fn execute(&self, job: impl FnOnce() + Send + 'static) -> bool {
        self.jobs
            .as_ref()
            .is_some_and(|jobs| jobs.send(Box::new(job)).is_ok())
    }

    /// Waits until all jobs that can be done are done; how many threads have died of a panic.
    pub fn join(mut self) -> usize {
        self.jobs = None;
        self.threads
            .drain(..)
            .filter_map(|thread| thread.join().err())
            .count()
    }
}

/// Amounts as they came in. Two of them are none.
pub const AMOUNTS: [&str; 8] = ["17", "none", "4", "1o0", "25", "8", "31", "2"];

/// Reads an amount, and panics if it is none: the mistake of somebody who wrote a job.
fn amount(text: &str) -> u64 {
    let _span = info_span!("amount", text).entered();
    text.parse()
        .unwrap_or_else(|_| panic!("'{text}' is no amount"))
}

/// With two threads of the naive pool: the amounts that were read, and how many threads died.
///
/// # Errors
/// When the system has no room for the threads.
pub fn naive() -> io::Result<(Vec<u64>, usize)> {
    let pool = NaivePool::new(2)?;
    let (sender, amounts) = channel();
    for text in AMOUNTS {
        let sender = sender.clone();
        pool.execute(move || {
            // It can only fail if nobody wants the amounts any more.
            let _ = sender.send(amount(text));
        });
    }
    drop(sender);
    let died = pool.join();
    Ok((amounts.iter().collect(), died))
}

/// Fixed: two threads of our pool, which catch what a job throws and hand it over as that job's outcome.
///
/// # Errors
/// When the pool cannot be had. What panicked is in the list.
pub fn ours() -> Result<(Vec<Result<u64, Error>>, usize), Failure> {
    let pool = ThreadPool::builder()
        .workers(2)
        .name_prefix("ours")
        .build()?;
    let outcomes = pool.map(AMOUNTS, amount).collect();
    Ok((outcomes, pool.workers()))
}

/// What `cargo run -p lesson-04-pools -- panicking-job` runs.
///
/// # Errors
/// When the threads cannot be had.
pub fn demo(_: &Run) -> Result<Outcome, Failure> {
    let jobs = AMOUNTS.len();
    let (read, died) = naive()?;
    info!(
        "naive pool: {} of {jobs} jobs gave an amount, {died} of 2 threads died, and nobody was told",
        read.len()
    );
    let (outcomes, threads) = ours()?;
    let failed: Vec<String> = outcomes
        .iter()
        .filter_map(|outcome| Some(outcome.as_ref().err()?.to_string()))
        .collect();
    let amounts: Vec<u64> = outcomes.into_iter().flatten().collect();
    info!(
        "our pool: {} of {jobs} jobs gave an amount, all {threads} threads are there",
        amounts.len()
    );
    info!("the other {}: {}", failed.len(), failed.join("; "));
    Ok(Outcome::new(
        json!({ "naive": { "amounts": read, "threads_died": died },
        "ours": { "amounts": amounts, "threads": threads, "failed": failed } }),
    ))
}
