//! A pool in its simplest form: each job that panics takes a thread with it. When as many have
//! panicked as there were threads, the pool is a queue that is never read.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use tracing::info_span;

type Job = Box<dyn FnOnce() + Send>;

/// A channel of jobs, and threads that call them.
pub struct NaivePool {
    jobs: Sender<Job>,
    threads: Vec<JoinHandle<()>>,
}

fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().ok()?.recv().ok()
}

impl NaivePool {
    pub fn new(threads: usize) -> NaivePool {
        let (sender, jobs) = channel::<Job>();
        let jobs = Arc::new(Mutex::new(jobs));
        let start = |number| {
            let jobs = Arc::clone(&jobs);
            thread::spawn(move || {
                let _span = info_span!("naive", number).entered();
                while let Some(job) = next(&jobs) {
                    // A panic in here unwinds through the loop: the last job of this thread.
                    job();
                }
            })
        };

        NaivePool {
            jobs: sender,
            threads: (1..=threads).map(start).collect(),
        }
    }

    /// Returns false when no thread is left. As long as one lives, nothing is noticed.
    pub fn execute(&self, job: impl FnOnce() + Send + 'static) -> bool {
        self.jobs.send(Box::new(job)).is_ok()
    }

    /// Waits until all jobs that can be done are done. Returns how many threads have died of a
    /// panic.
    pub fn join(self) -> usize {
        drop(self.jobs);
        let threads = self.threads.into_iter();
        threads.filter_map(|thread| thread.join().err()).count()
    }
}
