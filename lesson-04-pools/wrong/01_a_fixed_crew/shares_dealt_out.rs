//! fails: never overlapped: one job takes long, and two short ones
//!
//! Each thread gets its share before the work begins. A job that is stuck behind a long one waits for it, though another
//! thread has nothing to do.

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::{Arc, Mutex, mpsc, thread};

/// Something to do.
pub type Job = Box<dyn FnOnce() + Send>;

pub fn run_all(workers: usize, jobs: Vec<Job>) {
    let share = jobs.len().div_ceil(workers);
    let mut jobs = jobs.into_iter();
    let mut threads = Vec::new();
    for _ in 0..workers {
        let own: Vec<Job> = jobs.by_ref().take(share).collect();
        threads.push(thread::spawn(move || own.into_iter().for_each(|job| job())));
    }
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
}
