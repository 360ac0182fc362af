//! fails: never overlapped
//!
//! The guard of a `while let` lives to the end of the loop's body: one job at a time, on as many threads as you like.

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::{Arc, Mutex, mpsc, thread};

/// Something to do.
pub type Job = Box<dyn FnOnce() + Send>;

pub fn run_all(workers: usize, jobs: Vec<Job>) {
    let (sender, receiver) = mpsc::channel();
    jobs.into_iter().for_each(|job| sender.send(job).unwrap());
    drop(sender);
    let receiver = Arc::new(Mutex::new(receiver));
    let mut threads = Vec::new();
    for _ in 0..workers {
        let receiver = Arc::clone(&receiver);
        threads.push(thread::spawn(move || {
            while let Ok(job) = receiver.lock().unwrap().recv() {
                job();
            }
        }));
    }
    threads
        .into_iter()
        .for_each(|thread| thread.join().unwrap());
}
