//! A panicking job must not shrink the pool.
//!
//! `catch_unwind` around the job, and around nothing else: no lock is held there, so none can be poisoned.

//? Where does the panic have to end, if the thread is to live on?
//? `std::panic::catch_unwind` runs a function and gives an `Err` if it panics. A `Box<dyn FnOnce()>` goes into it with
//?   `AssertUnwindSafe`: you promise that no code will look at what the job left half done.
//? `if catch_unwind(AssertUnwindSafe(job)).is_err() { panicked.fetch_add(1, Ordering::SeqCst); }`, and `finish` joins all
//?   threads and then reads the number.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};

/// Something to do, which may panic.
pub type Job = Box<dyn FnOnce() + Send>;

/// A fixed number of threads.
pub struct Pool {
    sender: mpsc::Sender<Job>,
    threads: Vec<JoinHandle<()>>,
    /// How many jobs have panicked.
    panicked: Arc<AtomicUsize>,
}

impl Pool {
    /// Starts the threads.
    pub fn new(workers: usize) -> Pool {
        let (sender, receiver) = mpsc::channel();
        let receiver = Arc::new(Mutex::new(receiver));
        let panicked = Arc::new(AtomicUsize::new(0));
        let start = |_| {
            let (receiver, panicked) = (Arc::clone(&receiver), Arc::clone(&panicked));
            thread::spawn(move || work(&receiver, &panicked))
        };
        let threads = (0..workers).map(start).collect();
        Pool {
            sender,
            threads,
            panicked,
        }
    }

    /// Puts a job at the end of the queue. It cannot fail as long as there is a thread.
    pub fn execute(&self, job: Job) {
        let _ = self.sender.send(job);
    }

    /// Waits until all jobs are done; how many of them panicked.
    pub fn finish(self) -> usize {
        drop(self.sender);
        // `Err` is a thread that has panicked.
        self.threads
            .into_iter()
            .for_each(|thread| drop(thread.join()));
        self.panicked.load(Ordering::SeqCst)
    }
}

/// What each thread does.
fn work(receiver: &Mutex<mpsc::Receiver<Job>>, panicked: &AtomicUsize) {
    loop {
        let next = receiver.lock().expect("no job runs under the lock").recv();
        let Ok(job) = next else { return };
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            panicked.fetch_add(1, Ordering::SeqCst);
        }
    }
}
