//! `bridge`: from async code to a pool and back. A task must not compute for long, because the others on its thread
//! wait meanwhile; a thread of a pool cannot `.await`. Each has a bridge to the other.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, ThreadId};
use std::time::Duration;

use common::{Failure, Outcome, Pace, Run};
use serde_json::json;
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tracing::{Instrument, info, info_span};

use crate::executor::{Error, JobHandle, ThreadPool};
use crate::support::compute::sum_of_squares;

/// A runtime with one thread, ours. Threads that it starts for `spawn_blocking` are called `blocking-1` and so on.
///
/// # Errors
/// When the system refuses.
pub fn runtime() -> std::io::Result<Runtime> {
    let number = AtomicU32::new(1);
    let name = move || format!("blocking-{}", number.fetch_add(1, Ordering::Relaxed));
    Builder::new_current_thread()
        .enable_time()
        .thread_name_fn(name)
        .build()
}

/// Async to pool: a `JobHandle` is a `Future`. While the pool computes, the other tasks of this thread go on; gives the
/// job's value, and how often the heart of another task has beaten meanwhile.
///
/// # Errors
/// When the job failed.
pub async fn awaited<T: Send + 'static>(
    pool: &ThreadPool,
    beat: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<(T, u32), Error> {
    let beats = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&beats);
    let heart = async move {
        loop {
            sleep(beat).await;
            counted.fetch_add(1, Ordering::Relaxed);
        }
    };
    let heart = tokio::spawn(heart.instrument(info_span!("heart", task = "heart")));
    let outcome = pool.submit(work)?.await;
    heart.abort();
    Ok((outcome?, beats.load(Ordering::Relaxed)))
}

/// A service that can only be asked with `.await`.
async fn ask(number: u64, pace: Pace) -> u64 {
    sleep(pace.seconds(0.3)).await;
    10 * number
}

/// Pool to async: a job waits for a future with `Handle::block_on`. Its thread is blocked, the runtime's is not.
///
/// # Errors
/// When a job failed.
pub async fn called(pool: &ThreadPool, numbers: u64, pace: Pace) -> Result<Vec<u64>, Error> {
    let jobs: Result<Vec<_>, _> = (1..=numbers)
        .map(|number| {
            // The handle has to be fetched here: a thread of the pool does not know any runtime.
            let handle = Handle::current();
            pool.submit(move || info_span!("ask").in_scope(|| handle.block_on(ask(number, pace))))
        })
        .collect();
    let mut answers = Vec::new();
    for job in jobs? {
        answers.push(job.await?);
    }
    Ok(answers)
}

/// On how many threads `jobs` jobs were done by the pool, and on how many by `spawn_blocking`.
///
/// # Errors
/// When a job failed.
///
/// # Panics
/// When a job of `spawn_blocking` panicked.
pub async fn threads<W: Fn() + Clone + Send + 'static>(
    pool: &ThreadPool,
    jobs: usize,
    work: W,
) -> Result<(usize, usize), Error> {
    let on_which = |work: W| {
        move || -> ThreadId {
            work();
            thread::current().id()
        }
    };
    let submitted: Result<Vec<JobHandle<_>>, _> = (0..jobs)
        .map(|_| pool.submit(on_which(work.clone())))
        .collect();
    let (mut of_pool, mut of_tokio) = (BTreeSet::new(), BTreeSet::new());
    for job in submitted? {
        of_pool.insert(format!("{:?}", job.await?));
    }
    let spawned: Vec<_> = (0..jobs)
        .map(|_| spawn_blocking(on_which(work.clone())))
        .collect();
    for job in spawned {
        of_tokio.insert(format!("{:?}", job.await.expect("the work does not panic")));
    }
    Ok((of_pool.len(), of_tokio.len()))
}

/// What `cargo run -p lesson-04-pools -- bridge` runs.
///
/// # Errors
/// When the runtime or the pool cannot be had, or a job failed.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let pool = ThreadPool::builder()
        .workers(2)
        .name_prefix("pool")
        .build()?;
    runtime()?.block_on(async {
        let compute =
            |numbers| move || info_span!("compute").in_scope(|| sum_of_squares(0..numbers));
        let (sum, beats) = awaited(&pool, Duration::from_millis(5), compute(80_000_000)).await?;
        info!("awaited a job of the pool; meanwhile the heart of another task beat {beats} times");
        let answers = called(&pool, 4, run.pace).await?;
        info!("called async from two threads of the pool: {answers:?}");
        let work = move || _ = std::hint::black_box(compute(2_000_000)());
        let (of_pool, of_tokio) = threads(&pool, 16, work).await?;
        info!("16 jobs that compute: the pool used {of_pool} threads, spawn_blocking {of_tokio}");
        Ok(Outcome::new(
            json!({ "sum": sum, "beats": beats, "answers": answers,
            "threads_of_pool": of_pool, "threads_of_spawn_blocking": of_tokio }),
        ))
    })
}
