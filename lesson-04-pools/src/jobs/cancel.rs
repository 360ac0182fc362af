//! `cancel`: a job can be taken back until a worker has it. After that, it can be asked to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use common::{Failure, Pace};
use tracing::info_span;

use crate::executor::{Error, JobHandle, Shutdown, ThreadPool};

/// Copies page after page, 0.1 s each, until all are done or `stop` is set. Returns how many were.
fn copy(pages: u32, stop: &AtomicBool, pace: Pace) -> u32 {
    let _span = info_span!("copy", pages).entered();
    let mut done = 0;
    // Looked at between two pages, where this job can stop without leaving a page half done.
    while done < pages && !stop.load(Ordering::Relaxed) {
        thread::sleep(pace.seconds(0.1));
        done += 1;
    }
    done
}

/// The answer of `cancel`, and what became of the job.
pub type Said = (bool, Result<u32, Error>);

/// Cancels a job that waits, one that runs and one that is done, and asks the running one to stop.
pub fn in_each_state(pace: Pace) -> Result<[Said; 3], Failure> {
    // One worker: the second job begins when the first is done, and the third waits for both.
    let pool = ThreadPool::builder()
        .workers(1)
        .name_prefix("copier")
        .build()?;
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    let (tell, started) = channel();
    let done = pool.submit(move || copy(1, &AtomicBool::new(false), pace))?;
    let running = pool.submit(move || {
        let _ = tell.send(());
        copy(1_000_000, &flag, pace)
    })?;
    let waiting = pool.submit(move || copy(5, &AtomicBool::new(false), pace))?;
    started.recv()?;

    let [waited, ran, was_done] = [waiting.cancel(), running.cancel(), done.cancel()];
    thread::sleep(pace.seconds(0.35));
    stop.store(true, Ordering::Relaxed);

    Ok([
        (waited, waiting.result()),
        (ran, running.result()),
        (was_done, done.result()),
    ])
}

/// Shuts down a pool with ten jobs, one of them running. Returns the jobs.
pub fn all_that_wait(pace: Pace) -> Result<Vec<JobHandle<u32>>, Failure> {
    let pool = ThreadPool::builder()
        .workers(1)
        .name_prefix("copier")
        .build()?;
    let (tell, started) = channel();
    let mut jobs = Vec::new();
    for _ in 1..=10 {
        let tell = tell.clone();
        jobs.push(pool.submit(move || {
            let _ = tell.send(());
            copy(2, &AtomicBool::new(false), pace)
        })?);
    }
    started.recv()?;

    // Waits for the job that has begun, and only for that.
    pool.shutdown(Shutdown::CancelPending);
    Ok(jobs)
}
