//! fails: left a thread behind
//!
//! A thread that is started in the place of a dead one is not waited for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread::{self, JoinHandle};

/// Something to do, which may panic.
pub type Job = Box<dyn FnOnce() + Send>;

/// What all threads of a pool share.
struct Shared {
    receiver: Mutex<mpsc::Receiver<Job>>,
    panicked: AtomicUsize,
    /// Jobs that are not done yet.
    open: Mutex<usize>,
    all_done: Condvar,
}

impl Shared {
    fn one_done(&self) {
        *self.open.lock().unwrap() -= 1;
        self.all_done.notify_all();
    }
}

/// A fixed number of threads.
pub struct Pool {
    sender: mpsc::Sender<Job>,
    threads: Vec<JoinHandle<()>>,
    shared: Arc<Shared>,
}

/// Starts another thread if the one that has it panics.
struct Sentinel(Arc<Shared>);

impl Drop for Sentinel {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.panicked.fetch_add(1, Ordering::SeqCst);
            let shared = Arc::clone(&self.0);
            thread::spawn(move || work(shared));
            self.0.one_done();
        }
    }
}

impl Pool {
    /// Starts the threads.
    pub fn new(workers: usize) -> Pool {
        let (sender, receiver) = mpsc::channel();
        let shared = Arc::new(Shared {
            receiver: Mutex::new(receiver),
            panicked: AtomicUsize::new(0),
            open: Mutex::new(0),
            all_done: Condvar::new(),
        });
        let start = |_| {
            let shared = Arc::clone(&shared);
            thread::spawn(move || work(shared))
        };
        let threads = (0..workers).map(start).collect();
        Pool {
            sender,
            threads,
            shared,
        }
    }

    /// Puts a job at the end of the queue. It cannot fail as long as there is a thread.
    pub fn execute(&self, job: Job) {
        *self.shared.open.lock().unwrap() += 1;
        let _ = self.sender.send(job);
    }

    /// Waits until all jobs are done; how many of them panicked.
    pub fn finish(self) -> usize {
        drop(self.sender);
        let open = self.shared.open.lock().unwrap();
        drop(
            self.shared
                .all_done
                .wait_while(open, |open| *open > 0)
                .unwrap(),
        );
        for thread in self.threads {
            let _ = thread.join();
        }
        self.shared.panicked.load(Ordering::SeqCst)
    }
}

/// What each thread does.
fn work(shared: Arc<Shared>) {
    let sentinel = Sentinel(shared);
    let shared = &sentinel.0;
    loop {
        let next = shared.receiver.lock().unwrap().recv();
        let Ok(job) = next else { return };
        job();
        shared.one_done();
    }
}
