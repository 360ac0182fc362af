//! The same jobs on the process pool of one machine: what the queue is compared with.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use common::{Failure, Outcome};
use serde::{Deserialize, Serialize};
use tracing::info;

use super::job::{Ending, Job};
use super::submitter::Plan;
use crate::executor::worker::serve;
use crate::executor::{JobHandle, ProcessPool, Task, as_completed};
use crate::support::reexec::reexec;

/// There is one try only: nobody remembers a job whose worker is gone.
impl Task for Job {
    type Output = (u64, Result<u64, String>);

    fn run(self) -> Self::Output {
        (self.chunk.id, self.attempt(1))
    }
}

/// A process pool whose workers have this role.
///
/// # Errors
/// When there is no pool to be had.
pub fn pool<T: Task>(role: &'static str, workers: usize) -> io::Result<ProcessPool<T>> {
    ProcessPool::builder()
        .workers(workers)
        .worker_command(reexec(role))
        .build()
}

/// What `beyond local` runs.
///
/// # Errors
/// When no worker can be had.
pub fn demo(plan: &Plan, workers: usize) -> Result<Outcome, Failure> {
    let pool = pool::<Job>("beyond-local", workers)?;
    let mut endings = BTreeMap::new();
    let jobs: Result<Vec<JobHandle<_>>, _> = plan
        .jobs("local")
        .into_iter()
        .map(|job| pool.submit(job))
        .collect();
    for job in as_completed(jobs?) {
        match job.result() {
            Ok((chunk, Ok(sum))) => {
                info!("chunk {chunk} is done: {sum}");
                endings.insert(chunk, Ending::Done(sum));
            }
            Ok((chunk, Err(why))) => {
                info!("chunk {chunk} failed: {why}");
                endings.insert(chunk, Ending::Dead(why));
            }
            Err(error) => info!("a chunk is lost: {error}"),
        }
    }
    Ok(super::run::report(
        "local",
        plan,
        &endings,
        "lost, with its worker",
    ))
}

/// What this program does when it is started again as a worker of that pool.
///
/// # Errors
/// When a pipe to the parent fails.
pub fn worker(_name: &str) -> io::Result<()> {
    info!("ready, in process {}", std::process::id());
    serve::<Job>()
}

/// A job without a word: to measure the pool alone.
#[derive(Debug, Serialize, Deserialize)]
pub struct Quiet(pub Duration);

impl Task for Quiet {
    type Output = ();

    fn run(self) {
        std::thread::sleep(self.0);
    }
}

/// Its worker.
///
/// # Errors
/// As [`worker`].
pub fn quiet_worker(_name: &str) -> io::Result<()> {
    serve::<Quiet>()
}
