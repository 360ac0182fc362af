//! fails: wrong result: the first of eight jobs takes long
//!
//! A thread takes its share of the queue at once: later jobs are begun before those of the share.

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::{Arc, Condvar, Mutex, thread};
use std::collections::VecDeque;

/// Something to do.
pub type Job = Box<dyn FnOnce() + Send>;

/// What the lock protects.
#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    /// No more jobs will come.
    closed: bool,
}

/// A queue, and a place to sleep while there is nothing in it.
type Shared = Arc<(Mutex<Queue>, Condvar)>;

/// A fixed number of threads.
pub struct Pool {
    shared: Shared,
    threads: Vec<thread::JoinHandle<()>>,
}

impl Pool {
    /// Starts the threads.
    pub fn new(workers: usize) -> Pool {
        let shared = Shared::default();
        let start = |_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || work(&shared, workers))
        };
        let threads = (0..workers).map(start).collect();
        Pool { shared, threads }
    }

    /// Puts a job at the end of the queue.
    pub fn execute(&self, job: Job) {
        self.shared
            .0
            .lock()
            .expect("no job runs under the lock")
            .jobs
            .push_back(job);
        self.shared.1.notify_one();
    }

    /// Waits until all jobs are done, and ends the threads.
    pub fn shut_down(self) {
        self.shared
            .0
            .lock()
            .expect("no job runs under the lock")
            .closed = true;
        self.shared.1.notify_all();
        self.threads
            .into_iter()
            .for_each(|thread| thread.join().expect("no job panics"));
    }
}

/// What each thread does.
fn work(shared: &(Mutex<Queue>, Condvar), workers: usize) {
    let (queue, changed) = shared;
    loop {
        let mut queue = queue.lock().expect("no job runs under the lock");
        while queue.jobs.is_empty() && !queue.closed {
            queue = changed.wait(queue).expect("no job runs under the lock");
        }
        if queue.jobs.is_empty() {
            return;
        }
        // Its share, so that the lock is taken once for many.
        let share = queue.jobs.len().div_ceil(workers);
        let jobs: Vec<Job> = queue.jobs.drain(..share).collect();
        drop(queue);
        for job in jobs {
            job();
        }
    }
}
