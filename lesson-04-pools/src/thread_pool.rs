//! A thread pool: a fixed crew of threads and one queue of jobs.
//!
//! Starting a thread for every job is easy, until there are ten thousand jobs. A pool starts a few threads once. Each
//! takes the next job from the queue, does it, and comes back for another. With an empty queue it sleeps.

use std::collections::VecDeque;
use std::io;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};

/// A function to be called once, by whichever thread is free. `Send`: it may move to another thread.
type Job = Box<dyn FnOnce() + Send>;

/// What the lock protects.
struct Queue {
    jobs: VecDeque<Job>,
    /// The pool is being dropped: no more jobs will come.
    closed: bool,
}

/// What all threads of a pool share.
struct Shared {
    queue: Mutex<Queue>,
    /// Wakes sleeping threads: the queue has changed.
    changed: Condvar,
}

/// A fixed number of threads that do any number of jobs. Dropping the pool waits until all jobs are done.
pub struct ThreadPool {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl ThreadPool {
    /// Starts the threads. They are called `name-1`, `name-2` and so on.
    ///
    /// # Errors
    /// When the system has no room for another thread.
    pub fn new(name: &str, threads: NonZero<usize>) -> io::Result<ThreadPool> {
        let queue = Mutex::new(Queue { jobs: VecDeque::new(), closed: false });
        let shared = Arc::new(Shared { queue, changed: Condvar::new() });
        let mut pool = ThreadPool { shared, threads: Vec::new() };
        for number in 1..=threads.get() {
            let shared = Arc::clone(&pool.shared);
            let thread = Builder::new().name(format!("{name}-{number}")).spawn(move || shared.work())?;
            pool.threads.push(thread);
        }
        Ok(pool)
    }

    /// Puts a job at the end of the queue, and returns at once.
    pub fn execute(&self, job: impl FnOnce() + Send + 'static) {
        self.shared.lock().jobs.push_back(Box::new(job));
        // One job needs one thread: the others may sleep on.
        self.shared.changed.notify_one();
    }
}

impl Shared {
    /// What each thread of the pool does until no more jobs come.
    fn work(&self) {
        while let Some(job) = self.next() {
            // A job that panics must not take its thread with it, or each panic would make the pool smaller. Its
            // message is on standard error already. Nothing of the pool is touched by a job, so nothing can be
            // half done: that is what `AssertUnwindSafe` asserts.
            let _ = catch_unwind(AssertUnwindSafe(job));
        }
    }

    /// The next job, waited for if need be; `None` when no more will come.
    fn next(&self) -> Option<Job> {
        let mut queue = self.lock();
        loop {
            if let Some(job) = queue.jobs.pop_front() {
                // Returning gives the lock back: it is never held while a job runs.
                return Some(job);
            }
            if queue.closed {
                return None;
            }
            // `wait` gives the lock back, sleeps, and takes it again when woken. It may wake without a reason, or
            // find that another thread was faster: so the loop looks again.
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A lock is poisoned when somebody panicked while holding it. Here nobody can: no job runs under the lock, and
    /// pushing and popping leave the queue whole.
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
        for thread in self.threads.drain(..) {
            // It cannot have panicked, see `work`. And a drop should not panic in any case.
            let _ = thread.join();
        }
    }
}
