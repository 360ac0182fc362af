//! fails: too many at once
//!
//! A queue without a limit takes everything at once.
//!
//! Backpressure: a caller that is too fast has to wait.
//!
//! The queue of this pool takes whatever comes. A caller that reads a large file and hands in a job for each line has all
//! of the file in memory in the end. Change it so that at most `limit` jobs wait in the queue: `submit` waits until there
//! is room, `try_submit` does not wait, and says whether there was room. No job that was taken in is lost. The pool's one
//! thread does them first in, first out. A thread that waits sleeps: it does not ask again and again.
//!
//! Study first: `cargo run -p lesson-04-pools -- backpressure`, src/backpressure.rs
//! Judge it:    `cargo run -p lesson-04-pools -- check 05_backpressure`
//! Level:       1 of 3, about 10 minutes

// std under another name: the check puts in threads and channels there that take their steps in every order.
use crate::sync::{mpsc, thread};

/// Something to do.
pub type Job = Box<dyn FnOnce() + Send>;

/// One thread, and a queue in front of it.
pub struct Pool {
    sender: mpsc::Sender<Job>,
    thread: thread::JoinHandle<()>,
}

impl Pool {
    /// Starts the thread. At most `limit` jobs, at least 1, wait in the queue.
    pub fn new(limit: usize) -> Pool {
        let (sender, receiver) = mpsc::channel();
        let thread = thread::spawn(move || {
            receiver.into_iter().for_each(|job: Job| job());
        });
        Pool { sender, thread }
    }

    /// Puts a job into the queue. Waits until there is room.
    pub fn submit(&self, job: Job) {
        self.sender
            .send(job)
            .expect("the thread is there until `finish`");
    }

    /// Puts a job into the queue if there is room now; says whether there was.
    pub fn try_submit(&self, job: Job) -> bool {
        self.sender.send(job).is_ok()
    }

    /// Waits until all jobs are done.
    pub fn finish(self) {
        drop(self.sender);
        self.thread.join().expect("no job panics");
    }
}
