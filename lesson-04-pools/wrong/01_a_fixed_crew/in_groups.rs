//! fails: too many threads: 4 jobs were done on 4 threads
//!
//! Groups of jobs, each joined before the next begins.

use crate::sync::{Arc, Mutex, mpsc, thread};
use std::collections::VecDeque;
pub type Job = Box<dyn FnOnce() + Send>;
pub fn run_all(workers: usize, jobs: Vec<Job>) {
    let mut jobs = jobs.into_iter().peekable();
    while jobs.peek().is_some() {
        let ts: Vec<_> = jobs
            .by_ref()
            .take(workers)
            .map(|j| thread::spawn(j))
            .collect();
        for t in ts {
            t.join().unwrap();
        }
    }
}
