//! `cancel`: a job can be taken back until a worker has it. After that, it can only be asked to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use common::{Failure, Outcome, Pace, Run};
use serde_json::json;
use tracing::{info, info_span};

use crate::executor::{Error, JobHandle, Shutdown, ThreadPool};

/// Copies page after page, 0.1 s each, until all are done or `stop` is set; how many were done.
fn copy(pages: u32, stop: &AtomicBool, pace: Pace) -> u32 {
    let _span = info_span!("copy", pages).entered();
    let mut done = 0;
    // Looked at between two pages: that is where this job can stop without leaving a page half done.
    while done < pages && !stop.load(Ordering::Relaxed) {
        thread::sleep(pace.seconds(0.1));
        done += 1;
    }
    done
}

/// What `cancel` said to a job, and what became of it.
pub type Said = (bool, Result<u32, Error>);

/// To a job that was waiting, to one that was running, and to one that was done.
///
/// # Errors
/// When the pool cannot be had, or takes no jobs.
pub fn in_each_state(pace: Pace) -> Result<Vec<Said>, Failure> {
    // One worker: the second job begins when the first is done, and the third waits for both.
    let pool = ThreadPool::builder()
        .workers(1)
        .name_prefix("copier")
        .build()?;
    let stop = Arc::new(AtomicBool::new(false));
    let done = pool.submit(move || copy(1, &AtomicBool::new(false), pace))?;
    let (tell, started) = channel();
    let flag = Arc::clone(&stop);
    let running = pool.submit(move || {
        let _ = tell.send(());
        copy(1_000_000, &flag, pace)
    })?;
    let waiting = pool.submit(move || copy(5, &AtomicBool::new(false), pace))?;
    started.recv()?;

    let said = [waiting.cancel(), running.cancel(), done.cancel()];
    // The running one has to be asked.
    thread::sleep(pace.seconds(0.35));
    stop.store(true, Ordering::Relaxed);
    let became = [waiting, running, done].map(JobHandle::result);
    Ok(said.into_iter().zip(became).collect())
}

/// How many of ten jobs were done, and how many cancelled, when the pool was shut down without waiting for the queue.
///
/// # Errors
/// As [`in_each_state`].
pub fn all_that_wait(pace: Pace) -> Result<(usize, usize), Failure> {
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
    let cancelled = jobs.iter().filter(|job| job.is_cancelled()).count();
    Ok((jobs.len() - cancelled, cancelled))
}

/// What `cargo run -p lesson-04-pools -- cancel` runs.
///
/// # Errors
/// As [`in_each_state`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let states = in_each_state(run.pace)?;
    for (state, (said, became)) in ["waiting", "running", "done"].into_iter().zip(&states) {
        info!("{state}: cancel says {said}, and it became {became:?}");
    }
    let (kept, cancelled) = all_that_wait(run.pace)?;
    info!(
        "a pool shut down with ten jobs, one of them running: {kept} done, {cancelled} cancelled"
    );
    let said: Vec<bool> = states.iter().map(|(said, _)| *said).collect();
    Ok(Outcome::new(
        json!({ "waiting": said[0], "running": said[1], "done": said[2],
        "at_shutdown": { "done": kept, "cancelled": cancelled } }),
    ))
}
