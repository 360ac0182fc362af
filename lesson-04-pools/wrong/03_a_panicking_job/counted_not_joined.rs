//! fails: left a thread behind
//!
//! `finish` waits for the jobs, which it counts, and not for the threads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread;

/// Something to do, which may panic.
pub type Job = Box<dyn FnOnce() + Send>;

/// A fixed number of threads.
pub struct Pool {
    sender: mpsc::Sender<Job>,
    /// How many jobs are not done, and where to wait for that.
    open: Arc<(Mutex<usize>, Condvar)>,
    /// How many jobs have panicked.
    panicked: Arc<AtomicUsize>,
}

impl Pool {
    /// Starts the threads.
    pub fn new(workers: usize) -> Pool {
        let (sender, receiver) = mpsc::channel();
        let receiver = Arc::new(Mutex::new(receiver));
        let panicked = Arc::new(AtomicUsize::new(0));
        let open = Arc::new((Mutex::new(0), Condvar::new()));
        for _ in 0..workers {
            let (receiver, panicked, open) = (
                Arc::clone(&receiver),
                Arc::clone(&panicked),
                Arc::clone(&open),
            );
            thread::spawn(move || work(&receiver, &panicked, &open));
        }
        Pool {
            sender,
            open,
            panicked,
        }
    }

    /// Puts a job at the end of the queue. It cannot fail as long as there is a thread.
    pub fn execute(&self, job: Job) {
        *self.open.0.lock().unwrap() += 1;
        let _ = self.sender.send(job);
    }

    /// Waits until all jobs are done; how many of them panicked.
    pub fn finish(self) -> usize {
        drop(self.sender);
        let (open, done) = &*self.open;
        let _none = done
            .wait_while(open.lock().unwrap(), |open| *open > 0)
            .unwrap();
        self.panicked.load(Ordering::SeqCst)
    }
}

/// What each thread does.
fn work(
    receiver: &Mutex<mpsc::Receiver<Job>>,
    panicked: &AtomicUsize,
    open: &(Mutex<usize>, Condvar),
) {
    loop {
        let next = receiver.lock().expect("no job runs under the lock").recv();
        let Ok(job) = next else { return };
        if catch_unwind(AssertUnwindSafe(job)).is_err() {
            panicked.fetch_add(1, Ordering::SeqCst);
        }
        *open.0.lock().unwrap() -= 1;
        open.1.notify_all();
    }
}
