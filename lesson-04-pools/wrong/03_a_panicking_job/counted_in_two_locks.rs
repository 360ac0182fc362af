//! fails: lost update
//!
//! The count is read under the lock, and written under it the next time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, mpsc};
use std::thread::{self, JoinHandle};
pub type Job = Box<dyn FnOnce() + Send>;
pub struct Pool {
    sender: mpsc::Sender<Job>,
    threads: Vec<JoinHandle<()>>,
    panicked: Arc<Mutex<usize>>,
}
impl Pool {
    pub fn new(workers: usize) -> Pool {
        let (sender, receiver) = mpsc::channel::<Job>();
        let receiver = Arc::new(Mutex::new(receiver));
        let panicked = Arc::new(Mutex::new(0));
        let threads = (0..workers)
            .map(|_| {
                let (r, p) = (receiver.clone(), panicked.clone());
                thread::spawn(move || {
                    loop {
                        let next = r.lock().unwrap().recv();
                        let Ok(job) = next else { return };
                        if catch_unwind(AssertUnwindSafe(job)).is_err() {
                            let n = *p.lock().unwrap();
                            *p.lock().unwrap() = n + 1;
                        }
                    }
                })
            })
            .collect();
        Pool {
            sender,
            threads,
            panicked,
        }
    }
    pub fn execute(&self, job: Job) {
        let _ = self.sender.send(job);
    }
    pub fn finish(self) -> usize {
        drop(self.sender);
        for t in self.threads {
            t.join().unwrap();
        }
        let n = *self.panicked.lock().unwrap();
        n
    }
}
