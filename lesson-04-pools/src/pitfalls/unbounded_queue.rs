//! `unbounded-queue`: more requests come than can be served. A queue without a bound takes them
//! all, and then every client waits too long.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::{Failure, Pace};
use tracing::info_span;

use crate::executor::ThreadPool;

/// Seconds between two requests.
const EVERY: f64 = 0.002;
/// Seconds that a request takes; two workers serve one every 4 ms.
const TAKES: f64 = 0.008;
/// The requests that can wait and still be served in time.
pub const ROOM: usize = 4;

/// Decides whether a request is taken, given how many wait.
pub type Admission = fn(usize) -> bool;

/// Broken: every request is taken.
pub fn take_all(_waiting: usize) -> bool {
    true
}

/// Fixed: a request that could not be served in time is refused at once. Its client may try again.
pub fn take_while_there_is_room(waiting: usize) -> bool {
    waiting < ROOM
}

/// The times of the requests that were taken, and the most that waited at once.
#[derive(Debug)]
pub struct Served {
    pub took: Vec<Duration>,
    pub longest_queue: usize,
}

/// Serves requests with two workers while they come one after the other, faster than they can be
/// served.
pub fn serve(requests: usize, pace: Pace, admit: Admission) -> Result<Served, Failure> {
    let pool = ThreadPool::builder()
        .workers(2)
        .name_prefix("server")
        .build()?;
    let waiting = Arc::new(AtomicUsize::new(0));
    let mut longest_queue = 0;
    let mut jobs = Vec::new();
    let start = Instant::now();
    for number in 0..requests {
        // By the clock and not by pauses, which would add up to more.
        let due = start + pace.seconds(EVERY * number as f64);
        thread::sleep(due.saturating_duration_since(Instant::now()));
        // Only this thread adds to the number: it can become smaller meanwhile, but not larger.
        if !admit(waiting.load(Ordering::Relaxed)) {
            continue;
        }
        longest_queue = longest_queue.max(waiting.fetch_add(1, Ordering::Relaxed) + 1);
        let waiting = Arc::clone(&waiting);
        let came = Instant::now();
        jobs.push(pool.submit(move || {
            waiting.fetch_sub(1, Ordering::Relaxed);
            info_span!("serve").in_scope(|| thread::sleep(pace.seconds(TAKES)));
            came.elapsed()
        })?);
    }

    let mut took = Vec::new();
    for job in jobs {
        took.push(job.result()?);
    }
    Ok(Served {
        took,
        longest_queue,
    })
}
