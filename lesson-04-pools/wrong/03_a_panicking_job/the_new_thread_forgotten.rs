//! fails: lost a job
//!
//! Each panic starts a new thread, which is not joined: `finish` returns before its jobs are done.

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
            start_one(receiver, panicked)
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

struct Again(Arc<Mutex<mpsc::Receiver<Job>>>, Arc<AtomicUsize>);
impl Drop for Again {
    fn drop(&mut self) {
        if thread::panicking() {
            self.1.fetch_add(1, Ordering::SeqCst);
            start_one(self.0.clone(), self.1.clone());
        }
    }
}
fn start_one(r: Arc<Mutex<mpsc::Receiver<Job>>>, p: Arc<AtomicUsize>) -> JoinHandle<()> {
    thread::spawn(move || {
        let a = Again(r.clone(), p.clone());
        work(&a.0, &a.1);
    })
}
/// What each thread does.
fn work(receiver: &Mutex<mpsc::Receiver<Job>>, panicked: &AtomicUsize) {
    loop {
        let next = receiver.lock().expect("no job runs under the lock").recv();
        let Ok(job) = next else { return };
        job();
    }
}
