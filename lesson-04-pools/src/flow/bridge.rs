//! `bridge`: from async code to a pool and back. A task must not compute for long, because the
//! others on its thread wait meanwhile; a thread of a pool cannot `.await`. Each has a bridge to
//! the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use common::Pace;
use tokio::runtime::Handle;
use tokio::time::sleep;
use tracing::{Instrument, info_span};

use crate::executor::{Error, ThreadPool};

/// Async to pool: a `JobHandle` is a `Future`. While the pool computes, the other tasks of this
/// thread go on. Returns the job's value, and how often the heart of another task beat meanwhile.
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

/// Pool to async: a job waits for a future with `Handle::block_on`. Its thread is blocked, the
/// runtime's is not.
pub async fn called(pool: &ThreadPool, numbers: u64, pace: Pace) -> Result<Vec<u64>, Error> {
    let mut jobs = Vec::new();
    for number in 1..=numbers {
        // The handle has to be fetched here: a thread of the pool does not know any runtime.
        let handle = Handle::current();
        jobs.push(pool.submit(move || {
            let _span = info_span!("ask").entered();
            handle.block_on(ask(number, pace))
        })?);
    }

    let mut answers = Vec::new();
    for job in jobs {
        answers.push(job.await?);
    }
    Ok(answers)
}
