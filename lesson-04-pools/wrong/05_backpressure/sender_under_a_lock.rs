//! fails: deadlock
//!
//! `submit` holds a lock while it waits for room, and `try_submit` waits for that lock.

use crate::sync::{Mutex, mpsc, thread};

/// Something to do.
pub type Job = Box<dyn FnOnce() + Send>;

/// One thread, and a queue in front of it.
pub struct Pool {
    /// Under a lock, as several threads hand in jobs.
    sender: Mutex<mpsc::SyncSender<Job>>,
    thread: thread::JoinHandle<()>,
}

impl Pool {
    /// Starts the thread. At most `limit` jobs, at least 1, wait in the queue.
    pub fn new(limit: usize) -> Pool {
        let (sender, receiver) = mpsc::sync_channel(limit);
        let thread = thread::spawn(move || {
            receiver.into_iter().for_each(|job: Job| job());
        });
        Pool {
            sender: Mutex::new(sender),
            thread,
        }
    }

    /// Puts a job into the queue. Waits until there is room.
    pub fn submit(&self, job: Job) {
        self.sender
            .lock()
            .unwrap()
            .send(job)
            .expect("the thread is there until `finish`");
    }

    /// Puts a job into the queue if there is room now; says whether there was.
    pub fn try_submit(&self, job: Job) -> bool {
        self.sender.lock().unwrap().try_send(job).is_ok()
    }

    /// Waits until all jobs are done.
    pub fn finish(self) {
        drop(self.sender);
        self.thread.join().expect("no job panics");
    }
}
