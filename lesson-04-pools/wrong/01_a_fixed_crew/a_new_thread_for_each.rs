//! fails: too many threads: 4 jobs were done on 4 threads
//!
//! A thread for each job, as many at a time as there are workers: no thread does a second job.

use crate::sync::{Arc, Condvar, Mutex, mpsc, thread};
use std::collections::VecDeque;
pub type Job = Box<dyn FnOnce() + Send>;
pub fn run_all(workers: usize, jobs: Vec<Job>) {
    let free = Arc::new((Mutex::new(workers), Condvar::new()));
    let mut ts = vec![];
    for job in jobs {
        let mut n = free.0.lock().unwrap();
        while *n == 0 {
            n = free.1.wait(n).unwrap();
        }
        *n -= 1;
        drop(n);
        let free = free.clone();
        ts.push(thread::spawn(move || {
            job();
            *free.0.lock().unwrap() += 1;
            free.1.notify_one();
        }));
    }
    for t in ts {
        t.join().unwrap();
    }
}
