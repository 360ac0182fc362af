//! The same jobs in seven ways. Each function below is all that its approach takes.

use std::fmt;
use std::thread;

use anyhow::{Result, anyhow};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::{Deserialize, Serialize};
use tokio::runtime::Builder;
use tokio::task::{JoinHandle, spawn_blocking};

use lesson_04_pools::executor::{ProcessPool, Task, ThreadPool};
use lesson_04_pools::support::reexec::reexec;

/// The role in which this program is started again: for a measured run, and as a pool's worker.
pub const ROLE: &str = "scenario";

/// A job that can be done in each of the ways. As a [`Task`] it can be sent to another process.
pub trait Job: Task {
    /// The scenario.
    const NAME: &'static str;

    /// Does the same as a future. A job that has nothing to wait for computes, and keeps the thread
    /// until that is done.
    fn run_async(self) -> impl Future<Output = Self::Output> + Send {
        async { self.run() }
    }

    /// Prepares the jobs before the clock starts.
    fn prepare(_jobs: &[Self]) -> Result<()> {
        Ok(())
    }
}

/// A way to do many jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Approach {
    OneAfterTheOther,
    ThreadEach,
    ThreadPool,
    ProcessPool,
    Rayon,
    Async,
    AsyncWithPool,
}

pub const ALL: [Approach; 7] = [
    Approach::OneAfterTheOther,
    Approach::ThreadEach,
    Approach::ThreadPool,
    Approach::ProcessPool,
    Approach::Rayon,
    Approach::Async,
    Approach::AsyncWithPool,
];

impl Approach {
    /// Does all jobs, and returns their results in the order of the jobs. A pool has `workers`
    /// workers.
    pub fn run<J: Job>(self, jobs: Vec<J>, workers: usize) -> Result<Vec<J::Output>> {
        match self {
            Approach::OneAfterTheOther => Ok(jobs.into_iter().map(J::run).collect()),
            Approach::ThreadEach => a_thread_each(jobs),
            Approach::ThreadPool => {
                let pool = ThreadPool::builder().workers(workers).build()?;
                Ok(pool.map(jobs, J::run).collect::<Result<_, _>>()?)
            }
            Approach::ProcessPool => {
                let pool = ProcessPool::builder()
                    .workers(workers)
                    .name_prefix(J::NAME)
                    .worker_command(reexec(ROLE))
                    .build()?;
                Ok(pool.map(jobs).collect::<Result<_, _>>()?)
            }
            // rayon's own pool has as many threads as there are cores.
            Approach::Rayon => Ok(jobs.into_par_iter().map(J::run).collect()),
            Approach::Async => tasks(jobs),
            Approach::AsyncWithPool => tasks_and_a_pool(jobs, workers),
        }
    }
}

fn a_thread_each<J: Job>(jobs: Vec<J>) -> Result<Vec<J::Output>> {
    let mut threads = Vec::new();
    for job in jobs {
        threads.push(thread::Builder::new().spawn(move || job.run())?);
    }

    let mut results = Vec::new();
    for thread in threads {
        results.push(thread.join().map_err(|_| anyhow!("a thread panicked"))?);
    }
    Ok(results)
}

/// Makes a task of each job, all on this thread: while one waits, another goes on.
fn tasks<J: Job>(jobs: Vec<J>) -> Result<Vec<J::Output>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;

    runtime.block_on(async {
        let tasks = jobs.into_iter().map(|job| tokio::spawn(job.run_async()));
        in_order(tasks.collect()).await
    })
}

/// Makes a task of each job, with the work itself in tokio's pool of threads for what blocks or
/// computes.
fn tasks_and_a_pool<J: Job>(jobs: Vec<J>, workers: usize) -> Result<Vec<J::Output>> {
    let runtime = Builder::new_current_thread()
        .max_blocking_threads(workers)
        .build()?;

    runtime.block_on(async {
        let tasks = jobs
            .into_iter()
            .map(|job| spawn_blocking(move || job.run()));
        in_order(tasks.collect()).await
    })
}

async fn in_order<T>(tasks: Vec<JoinHandle<T>>) -> Result<Vec<T>> {
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.push(task.await?);
    }
    Ok(results)
}

impl fmt::Display for Approach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Approach::OneAfterTheOther => "one after the other",
            Approach::ThreadEach => "a thread each",
            Approach::ThreadPool => "thread pool",
            Approach::ProcessPool => "process pool",
            Approach::Rayon => "rayon",
            Approach::Async => "async",
            Approach::AsyncWithPool => "async with a pool",
        })
    }
}
