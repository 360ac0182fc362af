//! fails: too few at once: 40 jobs were to be under way
//!
//! Threads in batches of four: the fifth job waits for the first four.

use crate::sync::thread;
pub type Job = Box<dyn FnOnce() -> u32 + Send>;

pub fn run_all(jobs: Vec<Job>) -> Vec<u32> {
    let mut results = Vec::new();
    let mut jobs = jobs.into_iter().peekable();
    while jobs.peek().is_some() {
        let handles: Vec<_> = jobs.by_ref().take(4).map(thread::spawn).collect();
        results.extend(handles.into_iter().map(|h| h.join().unwrap()));
    }
    results
}
