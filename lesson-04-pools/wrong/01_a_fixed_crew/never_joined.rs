//! fails: lost a job
//!
//! A function that returns while its threads still work has promised too much.

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::{Arc, Mutex, mpsc, thread};

/// Something to do.
pub type Job = Box<dyn FnOnce() + Send>;

pub fn run_all(workers: usize, jobs: Vec<Job>) {
    let (sender, receiver) = mpsc::channel();
    jobs.into_iter().for_each(|job| sender.send(job).unwrap());
    drop(sender);
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..workers {
        let receiver = Arc::clone(&receiver);
        thread::spawn(move || {
            loop {
                let next = receiver.lock().unwrap().recv();
                let Ok(job) = next else { return };
                job();
            }
        });
    }
}
