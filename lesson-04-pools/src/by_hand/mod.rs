//! From a thread for each job to a pool with results, in four stages.
//!
//! Read them in turn: each is the one before with one thing more. What it takes to make a library
//! of the last one is in `executor`. Here are the same eight jobs for each of them.

pub mod s1_thread_per_job;
pub mod s2_channel;
pub mod s3_queue;
pub mod s4_result;

use std::io;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, ThreadId};

use common::Pace;
use tracing::info_span;

pub const JOBS: u32 = 8;
/// Seconds that a job takes.
const SECONDS: f64 = 0.2;
/// The job that panics.
const BAD: u32 = 2;

fn square(number: u32, pace: Pace) -> u32 {
    let _span = info_span!("job", number).entered();
    thread::sleep(pace.seconds(SECONDS));
    assert!(number != BAD, "job {number} is no good");
    number * number
}

/// The thread that did a job, and the result.
pub type Report = (ThreadId, u32);

/// Makes a job that sends its result itself, for a pool that takes none.
fn report(number: u32, pace: Pace, to: &Sender<Report>) -> impl FnOnce() + Send + 'static {
    let to = to.clone();
    move || {
        let result = square(number, pace);
        // It can only fail if the reports are no longer wanted.
        let _ = to.send((thread::current().id(), result));
    }
}

pub fn stage_1(_workers: usize, pace: Pace) -> io::Result<Vec<Report>> {
    let (sender, reports) = channel();
    let mut threads = s1_thread_per_job::Threads::default();
    for number in 1..=JOBS {
        threads.execute(report(number, pace, &sender));
    }

    // Waits for all jobs. Then the list of reports is at its end, because no sender is left.
    drop((threads, sender));
    Ok(reports.iter().collect())
}

pub fn stage_2(workers: usize, pace: Pace) -> io::Result<Vec<Report>> {
    let (sender, reports) = channel();
    let pool = s2_channel::Pool::new("channel", workers)?;
    for number in 1..=JOBS {
        pool.execute(report(number, pace, &sender));
    }

    drop((pool, sender));
    Ok(reports.iter().collect())
}

pub fn stage_3(workers: usize, pace: Pace) -> io::Result<Vec<Report>> {
    let (sender, reports) = channel();
    let pool = s3_queue::Pool::new("queue", workers)?;
    for number in 1..=JOBS {
        pool.execute(report(number, pace, &sender));
    }

    drop((pool, sender));
    Ok(reports.iter().collect())
}

/// Asks the handles: nothing has to be sent, and the order is that of the jobs. `None` is the one
/// that panicked.
pub fn stage_4(workers: usize, pace: Pace) -> io::Result<Vec<Option<u32>>> {
    let pool = s3_queue::Pool::new("result", workers)?;
    let handles: Vec<_> = (1..=JOBS)
        .map(|number| pool.submit(move || square(number, pace)))
        .collect();

    let results = handles.into_iter().map(|handle| handle.result().ok());
    Ok(results.collect())
}
