//! `unbounded-queue`: more requests come than can be served. A queue without a bound takes them all, and then everybody
//! waits too long.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::{Failure, Outcome, Pace, Run};
use serde::Serialize;
use serde_json::json;
use tracing::{info, info_span};

use crate::executor::{JobHandle, ThreadPool};

/// Seconds between two requests.
const EVERY: f64 = 0.002;
/// Seconds that a request takes; two workers serve one every 4 ms.
const TAKES: f64 = 0.008;
/// Seconds after which a client has gone away.
const PATIENCE: f64 = 0.05;
/// Requests that can wait and still be served in time.
pub const ROOM: usize = 4;

/// Whether a request is taken, given how many wait.
pub type Admission = fn(usize) -> bool;

/// Broken: every request is taken.
pub fn take_all(_waiting: usize) -> bool {
    true
}

/// Fixed: who could not be served in time is told so at once, and may try again later or elsewhere.
pub fn take_while_there_is_room(waiting: usize) -> bool {
    waiting < ROOM
}

/// How it went.
#[derive(Debug, Serialize)]
pub struct Served {
    /// Requests that were answered before their client had gone away.
    pub in_time: usize,
    /// Requests that were answered for nobody.
    pub too_late: usize,
    /// Requests that were told at once that there is no room.
    pub refused: usize,
    /// The most requests that waited at a moment.
    pub longest_queue: usize,
    /// Seconds from the coming of a request to its answer, at the most.
    pub longest_s: f64,
}

/// Serves requests with two workers while they come one after the other, faster than they can be served.
///
/// # Errors
/// When the pool cannot be had, or a job failed.
pub fn serve(requests: usize, pace: Pace, admit: Admission) -> Result<Served, Failure> {
    let pool = ThreadPool::builder()
        .workers(2)
        .name_prefix("server")
        .build()?;
    let waiting = Arc::new(AtomicUsize::new(0));
    let (mut jobs, mut longest_queue) = (Vec::new(), 0);
    let start = Instant::now();
    for number in 0..requests {
        // By the clock and not by pauses, which would add up to more.
        let due = start + pace.seconds(EVERY * number as f64);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        // Only this thread adds to the number, so it can have become smaller meanwhile, but not larger.
        if !admit(waiting.load(Ordering::Relaxed)) {
            continue;
        }
        longest_queue = longest_queue.max(waiting.fetch_add(1, Ordering::Relaxed) + 1);
        let (waiting, came) = (Arc::clone(&waiting), Instant::now());
        jobs.push(pool.submit(move || {
            waiting.fetch_sub(1, Ordering::Relaxed);
            info_span!("serve").in_scope(|| thread::sleep(pace.seconds(TAKES)));
            came.elapsed()
        })?);
    }
    let refused = requests - jobs.len();
    let took: Vec<Duration> = jobs
        .into_iter()
        .map(JobHandle::result)
        .collect::<Result<_, _>>()?;
    let in_time = took
        .iter()
        .filter(|took| **took <= pace.seconds(PATIENCE))
        .count();
    let longest_s = took.iter().max().map_or(0.0, Duration::as_secs_f64);
    Ok(Served {
        in_time,
        too_late: took.len() - in_time,
        refused,
        longest_queue,
        longest_s,
    })
}

/// What `cargo run -p lesson-04-pools -- unbounded-queue` runs.
///
/// # Errors
/// As [`serve`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let requests = run.count("requests").get();
    let mut served = Vec::new();
    for (way, admit) in [
        ("without a bound", take_all as Admission),
        ("with a bound", take_while_there_is_room),
    ] {
        let how = serve(requests, run.pace, admit)?;
        info!(
            "{way}: {} answered in time, {} too late, {} refused at once; up to {} waited, the longest took {:.3} s",
            how.in_time, how.too_late, how.refused, how.longest_queue, how.longest_s
        );
        served.push(how);
    }
    Ok(Outcome::new(
        json!({ "requests": requests, "without_a_bound": served[0], "with_a_bound": served[1] }),
    ))
}
