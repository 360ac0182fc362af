//! `timeouts`: a job that never ends. Waiting for it can be given up; a thread cannot be stopped, a
//! process can.

use std::thread;
use std::time::Duration;

use common::Failure;
use serde::{Deserialize, Serialize};
use tracing::info_span;

use crate::executor::{Error, ProcessPool, Shutdown, Task, ThreadPool};
use crate::support::reexec::reexec;

/// The role of the worker process.
pub const ROLE: &str = "timeouts";

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

/// The answer to the caller when it gave up, and whether the job went on.
pub type GaveUp = (Result<u64, Error>, bool);

/// Gives up a job on a thread: the caller goes on, and so does the thread.
pub fn on_a_thread(patience: Duration) -> Result<GaveUp, Failure> {
    let pool = ThreadPool::builder()
        .workers(1)
        .name_prefix("thread")
        .build()?;
    let mut job = pool.submit(search)?;

    let told = job.result_timeout(patience);
    // Dropping the pool would wait for ever. The thread is there until the program ends.
    pool.shutdown(Shutdown::Detach);

    Ok((told, !job.is_done()))
}

/// Gives up a job in a process, and kills the process. Returns also what the job then ended with.
pub fn in_a_process(patience: Duration) -> Result<(GaveUp, Result<u64, Error>), Failure> {
    let pool = ProcessPool::builder()
        .workers(1)
        .name_prefix("process")
        .worker_command(reexec(ROLE))
        .build()?;
    let mut job = pool.submit(Search)?;

    let told = job.result_timeout(patience);
    let gave_up = (told, !job.is_done());
    // The system ends the process, whatever it is doing, and takes back its memory and files.
    pool.kill_workers();
    Ok((gave_up, job.result()))
}
