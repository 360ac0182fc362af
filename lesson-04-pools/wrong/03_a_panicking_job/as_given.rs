//! fails: lost a job
//!
//! Each panic takes a worker with it.
//!
//! A panicking job must not shrink the pool.
//!
//! A panic ends the thread that it happens on. In this pool that is a worker, and after as many panics as there are
//! workers no thread is left that would do a job. Change it so that a panic harms only its own job: all others are done, by
//! as many threads as before, and `finish` says how many jobs have panicked. When it returns, all threads have ended.
//!
//! Study first: `cargo run -p lesson-04-pools -- panicking-job`, src/pitfalls/panicking_job.rs
//! Judge it:    `cargo run -p lesson-04-pools -- check 03_a_panicking_job`
//! Level:       2 of 3, about 15 minutes

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};

/// Something to do, which may panic.
pub type Job = Box<dyn FnOnce() + Send>;

/// A fixed number of threads.
pub struct Pool {
    sender: mpsc::Sender<Job>,
    threads: Vec<JoinHandle<()>>,
    /// How many jobs have panicked.
    panicked: Arc<AtomicUsize>,
}

impl Pool {
    /// Starts the threads.
    pub fn new(workers: usize) -> Pool {
        let (sender, receiver) = mpsc::channel();
        let receiver = Arc::new(Mutex::new(receiver));
        let panicked = Arc::new(AtomicUsize::new(0));
        let start = |_| {
            let (receiver, panicked) = (Arc::clone(&receiver), Arc::clone(&panicked));
            thread::spawn(move || work(&receiver, &panicked))
        };
        let threads = (0..workers).map(start).collect();
        Pool {
            sender,
            threads,
            panicked,
        }
    }

    /// Puts a job at the end of the queue. It cannot fail as long as there is a thread.
    pub fn execute(&self, job: Job) {
        let _ = self.sender.send(job);
    }

    /// Waits until all jobs are done; how many of them panicked.
    pub fn finish(self) -> usize {
        drop(self.sender);
        // `Err` is a thread that has panicked.
        self.threads
            .into_iter()
            .filter_map(|thread| thread.join().err())
            .count()
    }
}

/// What each thread does.
fn work(receiver: &Mutex<mpsc::Receiver<Job>>, panicked: &AtomicUsize) {
    loop {
        let next = receiver.lock().expect("no job runs under the lock").recv();
        let Ok(job) = next else { return };
        job();
    }
}
