//! fails: wrong result
//!
//! Every job runs, but no line waits: what is there so far is returned.

// std's threads under another name: the check puts in threads of its own there, which take their steps in every order.
use crate::sync::thread;

/// Something to do on a thread.
pub type Job = Box<dyn FnOnce() -> u32 + Send>;

use crate::sync::{Arc, Mutex};

/// Runs all jobs at the same time; what they returned, in the order of the jobs.
pub fn run_all(jobs: Vec<Job>) -> Vec<u32> {
    let results = Arc::new(Mutex::new(Vec::new()));
    for job in jobs {
        let results = Arc::clone(&results);
        thread::spawn(move || {
            let result = job();
            results.lock().unwrap().push(result);
        });
    }
    let found = results.lock().unwrap().clone();
    found
}
