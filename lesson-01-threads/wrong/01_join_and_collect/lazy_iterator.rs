//! fails: never overlapped
//!
//! Two passes, as it seems. But `map` does nothing until it is asked: the second pass starts each thread and joins
//! it.

// std's threads under another name: the check puts in threads of its own there, which take their steps in every order.
use crate::sync::thread;

/// Something to do on a thread.
pub type Job = Box<dyn FnOnce() -> u32 + Send>;

/// Runs all jobs at the same time; what they returned, in the order of the jobs.
pub fn run_all(jobs: Vec<Job>) -> Vec<u32> {
    let handles = jobs.into_iter().map(|job| thread::spawn(job));
    handles.map(|handle| handle.join().unwrap()).collect()
}
