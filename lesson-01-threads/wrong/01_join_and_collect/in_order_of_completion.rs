//! fails: wrong result
//!
//! All are waited for, but the results come in the order in which the jobs ended.

// std's threads under another name: the check puts in threads of its own there, which take their steps in every order.
use crate::sync::thread;

/// Something to do on a thread.
pub type Job = Box<dyn FnOnce() -> u32 + Send>;

use crate::sync::{Arc, Mutex};

/// Runs all jobs at the same time; what they returned, in the order of the jobs.
pub fn run_all(jobs: Vec<Job>) -> Vec<u32> {
    let results = Arc::new(Mutex::new(Vec::new()));
    let handles: Vec<_> = jobs
        .into_iter()
        .map(|job| {
            let results = Arc::clone(&results);
            thread::spawn(move || {
                let result = job();
                results.lock().unwrap().push(result);
            })
        })
        .collect();
    for handle in handles {
        handle.join().unwrap();
    }
    let found = results.lock().unwrap().clone();
    found
}
