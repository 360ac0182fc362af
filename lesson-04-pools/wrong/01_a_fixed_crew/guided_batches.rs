//! fails: never overlapped: one job takes long, and twenty short ones
//!
//! A free thread takes a share of what is left: a job behind a long one of its batch waits, though a thread is free.

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::{Arc, Mutex, thread};
use std::collections::VecDeque;

/// Something to do.
pub type Job = Box<dyn FnOnce() + Send>;

/// Does all jobs on `workers` threads.
pub fn run_all(workers: usize, jobs: Vec<Job>) {
    let queue = Arc::new(Mutex::new(VecDeque::from(jobs)));
    let threads: Vec<_> = (0..workers)
        .map(|_| {
            let queue = Arc::clone(&queue);
            thread::spawn(move || {
                loop {
                    let mut left = queue.lock().expect("no job runs under the lock");
                    if left.is_empty() {
                        return;
                    }
                    // Large batches at first, so that the lock is seldom taken, and single jobs in the end.
                    let size = (left.len() / (2 * workers)).max(1);
                    let batch: Vec<Job> = left.drain(..size).collect();
                    drop(left);
                    for job in batch {
                        job();
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no job panics");
    }
}
