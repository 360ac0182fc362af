//! `exhaustion`: a thread for each job, until the system has no room for another thread.
//!
//! The demo starts this program once more and limits that process to so much address space. There it hands out the same
//! jobs twice: to a thread each, and to a pool. The limit is the child's alone: the machine is not harmed.

use std::io::{self, Read, Write};
use std::process::Stdio;
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::Builder;

use common::process::{How, spawn};
use common::{Failure, Outcome, Run};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde_json::{Value, json};
use tracing::{info, info_span};

use crate::executor::{JobHandle, ThreadPool};
use crate::support::compute::sum_of_squares;
use crate::support::reexec::reexec;

/// What the child is told: how many jobs, and how many MiB of address space.
const JOBS: &str = "EXHAUSTION_JOBS";
const LIMIT: &str = "EXHAUSTION_LIMIT_MIB";
/// Threads of the pool.
const WORKERS: usize = 8;

/// Closed until all jobs have been handed out, so that they all want to run at once.
type Gate = Arc<RwLock<()>>;

fn job(gate: &Gate) -> impl FnOnce() -> u64 + Send + 'static {
    let gate = Arc::clone(gate);
    move || {
        drop(gate.read());
        sum_of_squares(0..10_000)
    }
}

/// Broken: as many threads as jobs. How many jobs were done, how many were refused, and with which words.
pub fn thread_each(jobs: usize) -> (usize, usize, Option<String>) {
    let gate = Gate::default();
    let closed = gate.write().unwrap_or_else(PoisonError::into_inner);
    let (mut threads, mut refused, mut why) = (Vec::with_capacity(jobs), 0, None);
    // Room for the words, when there is no room left.
    let mut reserve = vec![1_u8; 1 << 20];
    for _ in 0..jobs {
        // `thread::spawn` would panic where this returns an error.
        match Builder::new().spawn(job(&gate)) {
            Ok(thread) => threads.push(thread),
            Err(error) => {
                reserve = Vec::new();
                refused += 1;
                why = Some(error.to_string());
            }
        }
    }
    drop((closed, reserve));
    (
        threads
            .into_iter()
            .filter_map(|thread| thread.join().ok())
            .count(),
        refused,
        why,
    )
}

/// Fixed: as many jobs as you like, and a fixed number of threads. A job that cannot run yet is an entry in a queue.
///
/// # Errors
/// When the pool cannot be had or a job failed.
pub fn pool(jobs: usize) -> Result<usize, Failure> {
    let gate = Gate::default();
    let closed = gate.write().unwrap_or_else(PoisonError::into_inner);
    let pool = ThreadPool::builder()
        .workers(WORKERS)
        .name_prefix("pool")
        .build()?;
    let handles = (0..jobs)
        .map(|_| pool.submit(job(&gate)))
        .collect::<Result<Vec<_>, _>>()?;
    drop(closed);
    Ok(handles
        .into_iter()
        .map(JobHandle::result)
        .collect::<Result<Vec<u64>, _>>()?
        .len())
}

/// All that the child does: limit itself, hand out the jobs both ways, say how it went.
///
/// # Errors
/// When the limit cannot be set, the pool fails, or nobody reads what the child has to say.
pub fn child(_name: &str) -> io::Result<()> {
    let told = |key: &str| {
        std::env::var(key)
            .ok()
            .and_then(|value| value.parse::<u64>().ok())
    };
    let (jobs, mib) = told(JOBS)
        .zip(told(LIMIT))
        .ok_or(io::ErrorKind::InvalidInput)?;
    let jobs = usize::try_from(jobs).map_err(io::Error::other)?;
    let (_, hard) = getrlimit(Resource::RLIMIT_AS)?;
    setrlimit(Resource::RLIMIT_AS, (mib << 20).min(hard), hard)?;
    let (done, refused, why) = info_span!("a thread each").in_scope(|| thread_each(jobs));
    let by_pool = info_span!("a pool")
        .in_scope(|| pool(jobs))
        .map_err(|error| io::Error::other(error.to_string()))?;
    writeln!(
        io::stdout(),
        "{}",
        json!({ "thread_each": { "done": done, "refused": refused, "error": why },
        "pool": { "done": by_pool, "threads": WORKERS } })
    )
}

/// A child that does `jobs` jobs each way with `mib` MiB of address space: what it has to say.
///
/// # Errors
/// When it cannot be started, or was killed.
///
/// # Panics
/// Never: its standard output is a pipe.
pub fn limited(jobs: usize, mib: usize) -> io::Result<Value> {
    let mut command = reexec("exhaustion")("limited");
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
        .env(JOBS, jobs.to_string())
        .env(LIMIT, mib.to_string());
    // The system's allocator would set 64 MiB of address space aside for many of the threads.
    command.env("MALLOC_ARENA_MAX", "1");
    let mut child = spawn(&mut command, "limited")?;
    let mut said = String::new();
    child
        .stdout
        .take()
        .expect("it was asked to be piped")
        .read_to_string(&mut said)?;
    let how = How::from(child.wait()?);
    serde_json::from_str(&said).map_err(|_| io::Error::other(format!("the child {how}")))
}

/// What `cargo run -p lesson-04-pools -- exhaustion` runs.
///
/// # Errors
/// As [`limited`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (jobs, mib) = (run.count("jobs").get(), run.count("limit-mib").get());
    // A thread that has its stack wants some KiB more when it starts. If the limit falls just there, the child is
    // aborted: a MiB more, and it falls elsewhere.
    let said = limited(jobs, mib).or_else(|_| limited(jobs, mib + 1))?;
    let (each, pool) = (&said["thread_each"], &said["pool"]);
    info!(
        "a thread each: {} of {jobs} jobs done in {mib} MiB of address space",
        each["done"]
    );
    if let Some(error) = each["error"].as_str() {
        info!("{} were refused: {error}", each["refused"]);
    }
    info!(
        "a pool of {WORKERS} threads: {} of {jobs} jobs done under the same limit",
        pool["done"]
    );
    Ok(Outcome::new(said))
}
