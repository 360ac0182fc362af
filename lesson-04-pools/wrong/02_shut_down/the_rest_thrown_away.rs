//! fails: lost a job
//!
//! What no thread has begun is taken out of the queue: quick, and not what was promised.

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
            thread::spawn(move || work(&shared))
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
        let mut queue = self.shared.0.lock().expect("no job runs under the lock");
        queue.jobs.clear();
        queue.closed = true;
        drop(queue);
        self.shared.1.notify_all();
        self.threads
            .into_iter()
            .for_each(|thread| thread.join().expect("no job panics"));
    }
}

/// What each thread does.
fn work(shared: &(Mutex<Queue>, Condvar)) {
    let (queue, changed) = shared;
    loop {
        let mut queue = queue.lock().expect("no job runs under the lock");
        while queue.jobs.is_empty() && !queue.closed {
            queue = changed.wait(queue).expect("no job runs under the lock");
        }
        let Some(job) = queue.jobs.pop_front() else {
            return;
        };
        drop(queue);
        job();
    }
}
