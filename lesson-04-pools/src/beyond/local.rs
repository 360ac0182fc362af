//! The same jobs on the process pool of one machine: what the queue is compared with.

use std::collections::BTreeMap;
use std::io;
use std::thread;
use std::time::Duration;

use common::{Failure, Outcome};
use serde::{Deserialize, Serialize};
use tracing::info;

use super::job::{Ending, Job};
use super::report::report;
use super::submitter::Plan;
use crate::executor::worker::serve;
use crate::executor::{ProcessPool, Task, as_completed};
use crate::support::reexec::reexec;

/// The role of a worker of the pool.
pub const ROLE: &str = "beyond-local";
/// The role of one that does only the simulated work, without a word: to measure the pool alone.
pub const QUIET_ROLE: &str = "beyond-local-quiet";

/// Makes a process pool whose workers have this role.
pub fn pool<T: Task>(role: &'static str, workers: usize) -> io::Result<ProcessPool<T>> {
    ProcessPool::builder()
        .workers(workers)
        .worker_command(reexec(role))
        .build()
}

/// Does the jobs of a plan on the pool.
pub fn run(plan: &Plan, workers: usize) -> Result<Outcome, Failure> {
    let pool = pool::<Job>(ROLE, workers)?;
    let mut jobs = Vec::new();
    for job in plan.jobs("local") {
        jobs.push(pool.submit(job)?);
    }

    let mut endings = BTreeMap::new();
    for job in as_completed(jobs) {
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
    Ok(report("local", plan, &endings, "lost, with its worker"))
}

/// Serves the pool's jobs.
pub fn worker(_name: &str) -> io::Result<()> {
    info!("ready, in process {}", std::process::id());
    serve::<Job>()
}

/// A job without a word.
#[derive(Debug, Serialize, Deserialize)]
pub struct Quiet(pub Duration);

impl Task for Quiet {
    type Output = ();

    fn run(self) {
        thread::sleep(self.0);
    }
}
