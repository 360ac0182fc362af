//! fails: too many at once
//!
//! Fast, until there are ten thousand jobs.

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::{Arc, Mutex, mpsc, thread};

/// Something to do.
pub type Job = Box<dyn FnOnce() + Send>;

pub fn run_all(_workers: usize, jobs: Vec<Job>) {
    let threads: Vec<_> = jobs.into_iter().map(thread::spawn).collect();
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
}
