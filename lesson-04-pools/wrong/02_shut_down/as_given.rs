//! fails: lost a job
//!
//! Closed and empty are two things: a thread that is told of the end still has to do what is in the queue.
//!
//! Shut down without losing a job: a pool that goes home too early, or never.
//!
//! `shut_down` is to wait until all jobs are done, also those that no thread has begun, and then to end all threads. When
//! it returns, all threads have ended. There are two faults in this pool. Have it judged as it is, mend what the check
//! shows you, and have it judged again.
//!
//! The pool's threads do all jobs, at most `workers` at the same time, and begin them first in, first out: a free
//! thread begins the next job. A thread that waits sleeps: neither a worker nor `shut_down` asks again and again.
//!
//! Study first: `cargo run -p lesson-04-pools -- by-hand`, src/by_hand/s3_queue.rs
//! Judge it:    `cargo run -p lesson-04-pools -- check 02_shut_down`
//! Level:       2 of 3, about 20 minutes

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
        self.shared
            .0
            .lock()
            .expect("no job runs under the lock")
            .closed = true;
        self.shared.1.notify_one();
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
        if queue.closed {
            return;
        }
        let job = queue.jobs.pop_front().expect("the loop above has seen one");
        drop(queue);
        job();
    }
}
