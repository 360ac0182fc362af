//! The same jobs in seven ways. Each function below is all that its approach takes.

use std::fmt;
use std::thread::{self, Builder};

use anyhow::{Result, anyhow};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use serde::{Deserialize, Serialize};

use super::measured::program;
use crate::executor::{ProcessPool, Task, ThreadPool};

/// A job that can be done in each of the ways. As a [`Task`] it can be sent to another process.
pub trait Job: Task {
    /// The scenario.
    const NAME: &'static str;

    /// The same as a future. Whoever has nothing to wait for computes, and keeps the thread until that is done.
    fn run_async(self) -> impl Future<Output = Self::Output> + Send {
        async { self.run() }
    }

    /// Before the clock starts.
    ///
    /// # Errors
    /// When that fails.
    fn prepare(_jobs: &[Self]) -> Result<()> {
        Ok(())
    }
}

/// A way to do many jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Approach {
    OneAfterTheOther,
    ThreadEach,
    ThreadPool,
    ProcessPool,
    Rayon,
    Async,
    AsyncWithPool,
}

use Approach::{
    Async, AsyncWithPool, OneAfterTheOther, ProcessPool as Processes, Rayon, ThreadEach,
};

/// All of them.
pub const ALL: [Approach; 7] = [
    OneAfterTheOther,
    ThreadEach,
    Approach::ThreadPool,
    Processes,
    Rayon,
    Async,
    AsyncWithPool,
];

impl Approach {
    /// Does all jobs; their results in the order of the jobs. A pool has so many workers.
    ///
    /// # Errors
    /// When there is no thread or process to be had, or one is lost.
    pub fn run<J: Job>(self, jobs: Vec<J>, workers: usize) -> Result<Vec<J::Output>> {
        match self {
            OneAfterTheOther => Ok(jobs.into_iter().map(J::run).collect()),
            ThreadEach => a_thread_each(jobs),
            Approach::ThreadPool => {
                let pool = ThreadPool::builder().workers(workers).build()?;
                Ok(pool.map(jobs, J::run).collect::<Result<_, _>>()?)
            }
            Processes => {
                let pool = ProcessPool::builder().workers(workers).name_prefix(J::NAME);
                let pool = pool.worker_command(program).build()?;
                Ok(pool.map(jobs).collect::<Result<_, _>>()?)
            }
            // rayon's own pool has as many threads as there are cores.
            Rayon => Ok(jobs.into_par_iter().map(J::run).collect()),
            Async => tasks(jobs),
            AsyncWithPool => tasks_and_a_pool(jobs, workers),
        }
    }
}

fn a_thread_each<J: Job>(jobs: Vec<J>) -> Result<Vec<J::Output>> {
    let start = |job: J| Builder::new().spawn(move || job.run());
    let threads = jobs.into_iter().map(start).collect::<Result<Vec<_>, _>>()?;
    let join =
        |thread: thread::JoinHandle<_>| thread.join().map_err(|_| anyhow!("a thread panicked"));
    threads.into_iter().map(join).collect()
}

/// A task for each job, all on this thread: while one waits, another goes on.
fn tasks<J: Job>(jobs: Vec<J>) -> Result<Vec<J::Output>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let tasks: Vec<_> = jobs
            .into_iter()
            .map(|job| tokio::spawn(job.run_async()))
            .collect();
        in_order(tasks).await
    })
}

/// Async, and the work itself in tokio's pool of threads for what blocks or computes.
fn tasks_and_a_pool<J: Job>(jobs: Vec<J>, workers: usize) -> Result<Vec<J::Output>> {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime
        .max_blocking_threads(workers)
        .build()?
        .block_on(async {
            let tasks: Vec<_> = jobs
                .into_iter()
                .map(|job| tokio::task::spawn_blocking(move || job.run()))
                .collect();
            in_order(tasks).await
        })
}

async fn in_order<T>(tasks: Vec<tokio::task::JoinHandle<T>>) -> Result<Vec<T>> {
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.push(task.await?);
    }
    Ok(results)
}

impl fmt::Display for Approach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OneAfterTheOther => "one after the other",
            ThreadEach => "a thread each",
            Approach::ThreadPool => "thread pool",
            Processes => "process pool",
            Rayon => "rayon",
            Async => "async",
            AsyncWithPool => "async with a pool",
        })
    }
}
