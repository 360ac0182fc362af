//! `by-hand`: from a thread for each job to a pool with results, in four stages.
//!
//! Read them in turn: each is the one before with one thing more. What it takes to make a library of the last one is
//! in `executor`.

pub mod s1_thread_per_job;
pub mod s2_channel;
pub mod s3_queue;
pub mod s4_result;

use std::collections::BTreeSet;
use std::io;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Instant;

use common::{Failure, Outcome, Pace, Run};
use serde_json::json;
use tracing::{info, info_span};

/// How many jobs there are, how many seconds each takes, and which of them is no good.
const JOBS: u32 = 8;
const SECONDS: f64 = 0.2;
const BAD: u32 = 2;

fn square(number: u32, pace: Pace) -> u32 {
    let _span = info_span!("job", number).entered();
    thread::sleep(pace.seconds(SECONDS));
    assert!(number != BAD, "job {number} is no good");
    number * number
}

/// The thread that did a job, and the result.
type Report = (String, u32);

/// The same for a pool that takes no results: the job sends its own.
fn report(number: u32, pace: Pace, to: &Sender<Report>) -> impl FnOnce() + Send + 'static {
    let to = to.clone();
    move || {
        let result = square(number, pace);
        // It can only fail if nobody wants it any more.
        let _ = to.send((
            thread::current().name().unwrap_or_default().to_owned(),
            result,
        ));
    }
}

/// What came back from a thread for each job.
///
/// # Errors
/// When the system has no room for another thread.
pub fn stage_1(_workers: usize, pace: Pace) -> io::Result<Vec<Report>> {
    let (sender, reports) = channel();
    let mut threads = s1_thread_per_job::Threads::default();
    for number in 1..=JOBS {
        threads.execute(report(number, pace, &sender))?;
    }
    // Waits for all jobs. Then the list of reports is at its end, because no sender is left.
    drop((threads, sender));
    Ok(reports.iter().collect())
}

/// From the channel.
///
/// # Errors
/// As [`stage_1`].
pub fn stage_2(workers: usize, pace: Pace) -> io::Result<Vec<Report>> {
    let (sender, reports) = channel();
    let pool = s2_channel::Pool::new("channel", workers)?;
    (1..=JOBS).for_each(|number| pool.execute(report(number, pace, &sender)));
    drop((pool, sender));
    Ok(reports.iter().collect())
}

/// From our own queue.
///
/// # Errors
/// As [`stage_1`].
pub fn stage_3(workers: usize, pace: Pace) -> io::Result<Vec<Report>> {
    let (sender, reports) = channel();
    let pool = s3_queue::Pool::new("queue", workers)?;
    (1..=JOBS).for_each(|number| pool.execute(report(number, pace, &sender)));
    drop((pool, sender));
    Ok(reports.iter().collect())
}

/// From the handles: nothing has to be sent, and the order is that of the jobs. `None` is the one that panicked.
///
/// # Errors
/// As [`stage_1`].
pub fn stage_4(workers: usize, pace: Pace) -> io::Result<Vec<Option<u32>>> {
    let pool = s3_queue::Pool::new("result", workers)?;
    let handles: Vec<_> = (1..=JOBS)
        .map(|number| pool.submit(move || square(number, pace)))
        .collect();
    Ok(handles
        .into_iter()
        .map(|handle| handle.result().ok())
        .collect())
}

/// What `cargo run -p lesson-04-pools -- by-hand` runs.
///
/// # Errors
/// As [`stage_1`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let workers = run.count("workers").get();
    let mut stages = Vec::new();
    for (name, stage) in [
        (
            "1, a thread for each job",
            stage_1 as fn(usize, Pace) -> io::Result<Vec<Report>>,
        ),
        ("2, a crew and a channel", stage_2),
        ("3, a queue, and panics are caught", stage_3),
    ] {
        let start = Instant::now();
        let reports = stage(workers, run.pace)?;
        let (done, took) = (reports.len(), start.elapsed().as_secs_f64());
        info!("stage {name}: {done} of {JOBS} jobs done in {took:.3} s");
        let threads: BTreeSet<&str> = reports.iter().map(|(thread, _)| thread.as_str()).collect();
        stages.push(json!({ "stage": name, "done": done, "threads": threads.len() }));
    }
    let start = Instant::now();
    let results = stage_4(workers, run.pace)?;
    let took = start.elapsed().as_secs_f64();
    info!("stage 4, handles: {results:?} in {took:.3} s");
    Ok(Outcome::new(
        json!({ "stages": stages, "results": results }),
    ))
}
