//! `exhaustion`: a thread for each job, until the system has no room for another thread.

use std::thread::Builder;

use common::Failure;
use serde::Serialize;

use crate::executor::ThreadPool;
use crate::support::compute::sum_of_squares;
use crate::support::gate::Gate;

/// The jobs of a thread each.
#[derive(Debug, Serialize)]
pub struct ThreadEach {
    pub done: usize,
    pub refused: usize,
    pub error: Option<String>,
}

/// Makes a job that waits at the gate: all of them want to run at once.
fn job(gate: &Gate) -> impl FnOnce() -> u64 + Send + 'static {
    let gate = gate.clone();
    move || {
        gate.wait();
        sum_of_squares(0..10_000)
    }
}

/// Broken: as many threads as jobs.
pub fn thread_each(jobs: usize) -> ThreadEach {
    let gate = Gate::default();
    let mut threads = Vec::with_capacity(jobs);
    let mut refused = None;
    while threads.len() < jobs && refused.is_none() {
        // `thread::spawn` would panic where this returns an error.
        match Builder::new().spawn(job(&gate)) {
            Ok(thread) => threads.push(thread),
            // The jobs behind it would be refused as well: no thread ends before the gate opens.
            Err(error) => refused = Some(error),
        }
    }

    gate.open();
    let threads = threads.into_iter();
    let done = threads.filter_map(|thread| thread.join().ok()).count();
    ThreadEach {
        done,
        refused: jobs - done,
        error: refused.map(|error| error.to_string()),
    }
}

/// Fixed: any number of jobs, and `threads` threads. A job that cannot run yet is an entry in a
/// queue. Returns how many were done.
pub fn pool(jobs: usize, threads: usize) -> Result<usize, Failure> {
    let gate = Gate::default();
    let pool = ThreadPool::builder().workers(threads).build()?;
    let mut handles = Vec::new();
    for _ in 0..jobs {
        handles.push(pool.submit(job(&gate))?);
    }

    gate.open();
    let handles = handles.into_iter();
    Ok(handles.filter_map(|handle| handle.result().ok()).count())
}
