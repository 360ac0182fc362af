//! fails: left a thread behind
//!
//! `shut_down` waits for the jobs, which it counts, and not for the threads.

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
    /// Jobs that are not done.
    open: usize,
}

/// A queue, and a place to sleep while there is nothing in it.
type Shared = Arc<(Mutex<Queue>, Condvar)>;

/// A fixed number of threads.
pub struct Pool {
    shared: Shared,
}

impl Pool {
    /// Starts the threads.
    pub fn new(workers: usize) -> Pool {
        let shared = Shared::default();
        let start = |_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || work(&shared))
        };
        (0..workers).map(start).for_each(drop);
        Pool { shared }
    }

    /// Puts a job at the end of the queue.
    pub fn execute(&self, job: Job) {
        let mut queue = self.shared.0.lock().unwrap();
        queue.open += 1;
        queue.jobs.push_back(job);
        drop(queue);
        self.shared.1.notify_one();
    }

    /// Waits until all jobs are done.
    pub fn shut_down(self) {
        let (queue, changed) = &*self.shared;
        let mut state = queue.lock().unwrap();
        state.closed = true;
        changed.notify_all();
        drop(changed.wait_while(state, |state| state.open > 0));
    }
}

/// What each thread does.
fn work(shared: &(Mutex<Queue>, Condvar)) {
    let (queue, changed) = shared;
    loop {
        let mut state = queue.lock().unwrap();
        while state.jobs.is_empty() && !state.closed {
            state = changed.wait(state).unwrap();
        }
        let Some(job) = state.jobs.pop_front() else {
            return;
        };
        drop(state);
        job();
        queue.lock().unwrap().open -= 1;
        changed.notify_all();
    }
}
