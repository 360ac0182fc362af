//! Stage 3: our own queue, a list with a lock around it. New: a job that panics harms no other.
//! What is wrong with it: a job returns nothing. A caller that wants a result has to have it sent.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::sync::thread::{Builder, JoinHandle};
use crate::sync::{Arc, Condvar, Mutex};

type Job = Box<dyn FnOnce() + Send>;
/// Jobs, and a place to sleep while there are none. `None` tells a thread that its work is over.
type Queue = (Mutex<VecDeque<Option<Job>>>, Condvar);

fn push((jobs, changed): &Queue, job: Option<Job>) {
    jobs.lock().expect("never poisoned").push_back(job);
    // One job needs one thread: the others may sleep on.
    changed.notify_one();
}

fn work((jobs, changed): &Queue) {
    loop {
        let locked = jobs.lock().expect("never poisoned");
        // Releases the lock, sleeps, takes it again: perhaps woken too late, so it looks again.
        let woken = changed.wait_while(locked, |jobs| jobs.is_empty());
        let job = woken.expect("never poisoned").pop_front();
        // The lock is released: no job runs under it. The panic of a job ends here.
        let Some(Some(job)) = job else { return };
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

/// A fixed number of threads for any number of jobs. Dropping the pool waits until all are done.
pub struct Pool(Arc<Queue>, Vec<JoinHandle<()>>);

impl Pool {
    /// Starts the threads, called `name-1` and so on.
    pub fn new(name: &str, count: usize) -> std::io::Result<Pool> {
        let mut pool = Pool(Arc::default(), Vec::new());
        for number in 1..=count {
            let queue = Arc::clone(&pool.0);
            let thread = Builder::new().name(format!("{name}-{number}"));
            pool.1.push(thread.spawn(move || work(&queue))?);
        }
        Ok(pool)
    }

    /// Puts a job at the end of the queue, and returns at once.
    pub fn execute(&self, job: impl FnOnce() + Send + 'static) {
        push(&self.0, Some(Box::new(job)));
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        // Behind all jobs that are still there: one `None` for each thread.
        self.1.iter().for_each(|_| push(&self.0, None));
        self.1.drain(..).for_each(|thread| drop(thread.join()));
    }
}
