//! fails: too many at once
//!
//! Two threads that call `try_submit` both see that there is room for one, and both take it.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::thread;
pub type Job = Box<dyn FnOnce() + Send>;
pub struct Pool {
    sender: mpsc::Sender<Job>,
    thread: thread::JoinHandle<()>,
    waiting: Arc<AtomicUsize>,
    room: Arc<(Mutex<()>, Condvar)>,
    limit: usize,
}
impl Pool {
    pub fn new(limit: usize) -> Pool {
        let (sender, receiver) = mpsc::channel::<Job>();
        let (waiting, room): (Arc<AtomicUsize>, Arc<(Mutex<()>, Condvar)>) = Default::default();
        let (w, r) = (waiting.clone(), room.clone());
        let thread = thread::spawn(move || {
            for job in receiver {
                {
                    let _g = r.0.lock().unwrap();
                    w.fetch_sub(1, SeqCst);
                }
                r.1.notify_all();
                job();
            }
        });
        Pool {
            sender,
            thread,
            waiting,
            room,
            limit,
        }
    }
    pub fn submit(&self, job: Job) {
        let g = self.room.0.lock().unwrap();
        let g = self
            .room
            .1
            .wait_while(g, |_| self.waiting.load(SeqCst) >= self.limit)
            .unwrap();
        self.waiting.fetch_add(1, SeqCst);
        drop(g);
        self.sender.send(job).unwrap();
    }
    pub fn try_submit(&self, job: Job) -> bool {
        if self.waiting.load(SeqCst) >= self.limit {
            return false;
        }
        self.waiting.fetch_add(1, SeqCst);
        self.sender.send(job).is_ok()
    }
    pub fn finish(self) {
        drop(self.sender);
        self.thread.join().unwrap();
    }
}
