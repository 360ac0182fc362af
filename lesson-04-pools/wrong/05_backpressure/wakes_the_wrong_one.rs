//! fails: deadlock: no thread can go on
//!
//! One condvar for all, and `notify_one`: with two threads that submit, it may wake the wrong one.

use crate::sync::{Arc, Condvar, Mutex, thread};
use std::collections::VecDeque;
pub type Job = Box<dyn FnOnce() + Send>;
#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    closed: bool,
}
pub struct Pool {
    shared: Arc<(Mutex<Queue>, Condvar, Condvar)>,
    limit: usize,
    thread: thread::JoinHandle<()>,
}
impl Pool {
    pub fn new(limit: usize) -> Pool {
        let shared: Arc<(Mutex<Queue>, Condvar, Condvar)> = Arc::default();
        let s = shared.clone();
        let thread = thread::spawn(move || {
            loop {
                let mut q = s.0.lock().unwrap();
                while q.jobs.is_empty() && !q.closed {
                    q = s.2.wait(q).unwrap();
                }
                let Some(job) = q.jobs.pop_front() else {
                    return;
                };
                drop(q);
                s.2.notify_one();
                job();
            }
        });
        Pool {
            shared,
            limit,
            thread,
        }
    }
    pub fn submit(&self, job: Job) {
        let mut q = self.shared.0.lock().unwrap();
        while q.jobs.len() >= self.limit {
            q = self.shared.2.wait(q).unwrap();
        }
        q.jobs.push_back(job);
        self.shared.2.notify_one();
    }
    pub fn try_submit(&self, job: Job) -> bool {
        let mut q = self.shared.0.lock().unwrap();
        if q.jobs.len() >= self.limit {
            return false;
        }
        q.jobs.push_back(job);
        self.shared.2.notify_one();
        true
    }
    pub fn finish(self) {
        self.shared.0.lock().unwrap().closed = true;
        self.shared.2.notify_all();
        self.thread.join().unwrap();
    }
}
