//! Stage 1: a thread for each job. Nothing is simpler, and for three jobs nothing is better.
//!
//! What is wrong with it: ten thousand jobs are ten thousand threads.

use std::thread::{self, JoinHandle};

/// Does each job on a thread of its own. Dropping it waits for all of them.
#[derive(Debug, Default)]
pub struct Threads(Vec<JoinHandle<()>>);

impl Threads {
    /// Starts a thread for the job, and returns at once.
    pub fn execute(&mut self, job: impl FnOnce() + Send + 'static) {
        self.0.push(thread::spawn(job));
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        for thread in self.0.drain(..) {
            // `Err` is a job that panicked. Its message is on standard error already.
            let _ = thread.join();
        }
    }
}
