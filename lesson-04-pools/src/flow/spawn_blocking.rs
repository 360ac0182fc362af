//! tokio's own bridge, beside a pool: on how many threads are the same jobs done?

use std::collections::HashSet;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use tokio::runtime::{Builder, Runtime};
use tokio::task::spawn_blocking;

use crate::executor::{Error, ThreadPool};

/// Makes a runtime with one thread, ours. Threads that it starts for `spawn_blocking` are called
/// `blocking-1` and so on.
pub fn runtime() -> std::io::Result<Runtime> {
    let number = AtomicU32::new(1);
    let name = move || format!("blocking-{}", number.fetch_add(1, Ordering::Relaxed));
    Builder::new_current_thread()
        .enable_time()
        .thread_name_fn(name)
        .build()
}

/// Returns on how many threads the pool does `jobs` jobs.
pub async fn on_the_pool<W>(pool: &ThreadPool, jobs: usize, work: W) -> Result<usize, Error>
where
    W: Fn() + Clone + Send + 'static,
{
    let mut submitted = Vec::new();
    for _ in 0..jobs {
        let work = work.clone();
        submitted.push(pool.submit(move || {
            work();
            thread::current().id()
        })?);
    }

    let mut threads = HashSet::new();
    for job in submitted {
        threads.insert(job.await?);
    }
    Ok(threads.len())
}

/// Returns on how many threads `spawn_blocking` does them.
pub async fn on_tokio<W>(jobs: usize, work: W) -> usize
where
    W: Fn() + Clone + Send + 'static,
{
    let mut spawned = Vec::new();
    for _ in 0..jobs {
        let work = work.clone();
        spawned.push(spawn_blocking(move || {
            work();
            thread::current().id()
        }));
    }

    let mut threads = HashSet::new();
    for job in spawned {
        threads.insert(job.await.expect("the work does not panic"));
    }
    threads.len()
}
