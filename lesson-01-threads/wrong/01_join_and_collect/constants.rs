//! fails: wrong result
//!
//! The jobs are never run: it gives back numbers that looked right once.

// std's threads under another name: the check puts in threads of its own there, which take their steps in every order.
use crate::sync::thread;

/// Something to do on a thread.
pub type Job = Box<dyn FnOnce() -> u32 + Send>;

/// Runs all jobs at the same time; what they returned, in the order of the jobs.
pub fn run_all(jobs: Vec<Job>) -> Vec<u32> {
    (1..).map(|number| number * 10).take(jobs.len()).collect()
}
