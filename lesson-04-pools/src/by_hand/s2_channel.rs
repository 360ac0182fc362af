//! Stage 2: a fixed number of threads take jobs from one channel. New: the crew, and its queue.
//!
//! What is wrong with it: a job that panics takes its thread with it, and the pool gets smaller.

use std::io;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};

/// A function to be called once, by a thread that is free. `Send`: it may move to that thread.
type Job = Box<dyn FnOnce() + Send>;

/// A fixed number of threads for any number of jobs. Dropping the pool waits until all are done.
#[derive(Debug)]
pub struct Pool {
    jobs: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Starts the threads, called `name-1` and so on.
    pub fn new(name: &str, count: usize) -> io::Result<Pool> {
        let (sender, receiver) = mpsc::channel::<Job>();
        // Only one thread at a time may wait at the receiver: the lock says whose turn it is.
        let receiver = Arc::new(Mutex::new(receiver));
        let mut threads = Vec::new();
        for number in 1..=count {
            let receiver = Arc::clone(&receiver);
            // The lock is released at the end of this closure: no job runs under it.
            let next = move || receiver.lock().ok()?.recv().ok();
            let work = move || std::iter::from_fn(&next).for_each(|job| job());
            let thread = Builder::new().name(format!("{name}-{number}"));
            threads.push(thread.spawn(work)?);
        }
        let jobs = Some(sender);

        Ok(Pool { jobs, threads })
    }

    /// Puts a job at the end of the queue, and returns at once.
    pub fn execute(&self, job: impl FnOnce() + Send + 'static) {
        // It fails when the last thread has died of a panic. Then the job is lost without a word.
        let _ = self.jobs.as_ref().map(|jobs| jobs.send(Box::new(job)));
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // Without a sender, the threads find the channel at its end.
        drop(self.jobs.take());
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}
