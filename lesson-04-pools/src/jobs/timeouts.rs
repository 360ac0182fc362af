//! `timeouts`: a job that never ends. Waiting for it can be given up; a thread cannot be stopped, a process can.

use std::io;
use std::thread;
use std::time::Duration;

use common::{Failure, Outcome, Run};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::{info, info_span};

use crate::executor::worker::serve;
use crate::executor::{Error, ProcessPool, Shutdown, Task, ThreadPool};
use crate::support::reexec::reexec;

/// Looks for something that is not there, for ever.
fn search() -> u64 {
    let _span = info_span!("search").entered();
    loop {
        thread::sleep(Duration::from_millis(10));
    }
}

/// The same for another process.
#[derive(Debug, Serialize, Deserialize)]
pub struct Search;

impl Task for Search {
    type Output = u64;

    fn run(self) -> u64 {
        search()
    }
}

/// What a waiter was told whose patience came to an end, and whether the job went on.
pub type GaveUp = (Result<u64, Error>, bool);

/// On a thread: the waiter gives up, the job does not.
///
/// # Errors
/// When the pool cannot be had, or takes no job.
pub fn on_a_thread(patience: Duration) -> Result<GaveUp, Failure> {
    let pool = ThreadPool::builder()
        .workers(1)
        .name_prefix("thread")
        .build()?;
    let mut job = pool.submit(search)?;
    let told = job.result_timeout(patience);
    // Dropping the pool would wait for the job, for ever. The thread is there until the program ends.
    pool.shutdown(Shutdown::Detach);
    Ok((told, !job.is_done()))
}

/// In a process: the same, and what the job ends with when the workers are killed.
///
/// # Errors
/// As [`on_a_thread`].
pub fn in_a_process(patience: Duration) -> Result<(GaveUp, Result<u64, Error>), Failure> {
    let pool = ProcessPool::builder()
        .workers(1)
        .name_prefix("process")
        .worker_command(reexec("timeouts"));
    let pool = pool.build()?;
    let mut job = pool.submit(Search)?;
    let told = job.result_timeout(patience);
    let gave_up = (told, !job.is_done());
    // The system ends the process, whatever it is doing, and takes back all that it had.
    pool.kill_workers();
    Ok((gave_up, job.result()))
}

/// What this program does when it is started again as a worker of this demo.
///
/// # Errors
/// When a pipe to the parent fails.
pub fn worker(_name: &str) -> io::Result<()> {
    serve::<Search>()
}

/// What `cargo run -p lesson-04-pools -- timeouts` runs.
///
/// # Errors
/// As [`on_a_thread`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let patience = run.pace.seconds(1.0);
    let (told, thread_runs) = on_a_thread(patience)?;
    info!("thread: {told:?}; the job still runs: {thread_runs}");
    // Long enough for a process to be there at all, at any pace.
    let ((told, process_runs), became) = in_a_process(patience.max(Duration::from_millis(500)))?;
    info!("process: {told:?}; the job still runs: {process_runs}");
    info!("process: killed, the job became {became:?}");
    Ok(Outcome::new(json!({ "thread_still_runs": thread_runs,
        "process_still_ran": process_runs, "process_killed": matches!(became, Err(Error::Broken(_))) })))
}
