//! A job for a worker process, and the pool that does it.

use std::io;

use serde::{Deserialize, Serialize};

use super::sleeping;
use lesson_04_pools::executor::{ProcessPool, Task};
use lesson_04_pools::support::reexec::reexec;

/// The role of the worker processes.
pub const ROLE: &str = "costs";

/// A job for a worker process.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub enum Errand {
    /// Nothing but the journey. Returns which process it was.
    Pid,
    /// The bytes of a sleeping task. In a process of its own, where no memory is left over.
    Task,
    /// The bytes of a sleeping thread.
    Thread,
}

impl Task for Errand {
    /// The number, if it is known.
    type Output = Result<Option<f64>, String>;

    fn run(self) -> Self::Output {
        match self {
            Errand::Pid => Ok(Some(f64::from(std::process::id()))),
            Errand::Task => sleeping::task().map_err(|error| error.to_string()),
            Errand::Thread => sleeping::thread().map_err(|error| error.to_string()),
        }
    }
}

/// Makes a pool of one process, which ends after `jobs` jobs.
pub fn pool(jobs: usize) -> io::Result<ProcessPool<Errand>> {
    ProcessPool::builder()
        .workers(1)
        .max_tasks_per_child(jobs)
        .worker_command(reexec(ROLE))
        .build()
}
