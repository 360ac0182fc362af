//! Join and collect: start all jobs, wait for all, keep their order.
//!
//! The handles are collected before the first is waited for. An iterator is lazy: without that `collect`, each thread
//! would be started only when the one before it has been joined.

//? `thread::spawn(job)` starts a job and returns a handle at once; `handle.join()` waits, and returns what the job
//?   did.
//? Two passes over the list: one that starts every job and keeps the handles in a `Vec`, one that joins them in
//?   order.
//? `let handles: Vec<_> = jobs.into_iter().map(thread::spawn).collect();`, and then the same shape again with
//?   `handle.join().expect("a job does not panic")`.

// std's threads under another name: the check puts in threads of its own there, which take their steps in every order.
use crate::sync::thread;

/// Something to do on a thread.
pub type Job = Box<dyn FnOnce() -> u32 + Send>;

/// Runs all jobs at the same time; what they returned, in the order of the jobs.
pub fn run_all(jobs: Vec<Job>) -> Vec<u32> {
    let handles: Vec<_> = jobs.into_iter().map(thread::spawn).collect();
    handles
        .into_iter()
        .map(|handle| handle.join().expect("a job does not panic"))
        .collect()
}
