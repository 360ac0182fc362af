//! The threads behind a queue: started when they are needed, joined at the end. Both pools have them.

use super::error::{Error, catch_panic};
use super::park::lock;
use super::queue::{Next, Queue, Queued};
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::thread::{self, Builder, JoinHandle};
use crate::sync::{Arc, Mutex};

/// The ways to shut a pool down. In each case it takes no more jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// All jobs are done, then it returns. Dropping a pool does this.
    Wait,
    /// Jobs that have not begun are cancelled; it returns when the others are done.
    CancelPending,
    /// It returns at once, and so will dropping the pool. The jobs will be done, unless the program ends first.
    Detach,
}

/// The function of a worker: it takes jobs from the queue until no more come. It gets its number, from 1.
type Run<J> = dyn Fn(&Queue<J>, usize) + Send + Sync;

pub(super) struct Workers<J: Queued + Send + 'static> {
    pub(super) queue: Arc<Queue<J>>,
    run: Arc<Run<J>>,
    name_prefix: String,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Dropping does not wait for the end.
    detached: AtomicBool,
}

impl<J: Queued + Send + 'static> Workers<J> {
    pub(super) fn new(
        name_prefix: String,
        queue: Queue<J>,
        run: impl Fn(&Queue<J>, usize) + Send + Sync + 'static,
    ) -> Workers<J> {
        Workers {
            queue: Arc::new(queue),
            run: Arc::new(run),
            name_prefix,
            threads: Mutex::new(Vec::new()),
            detached: AtomicBool::new(false),
        }
    }

    /// Pushes a job and starts a worker for it if need be. Returns whether one was spinning for it: then a small job will
    /// soon be done.
    pub(super) fn submit(&self, job: J) -> Result<bool, Error> {
        let next = self.queue.push(job)?;
        if let Next::New(number) = next {
            self.start(number);
        }
        Ok(next == Next::Spinning)
    }

    fn start(&self, number: usize) {
        let name = format!("{}-{number}", self.name_prefix);
        let queue = Arc::clone(&self.queue);
        let run = Arc::clone(&self.run);
        let main = move || {
            // Caught, so that the thread is counted out in any case.
            if let Err(error) = catch_panic(|| run(&queue, number)) {
                let why = format!("a thread of the pool was lost: {error}");
                queue.give_up(&Error::Broken(why));
            }
            // What it holds goes first: a caller that waits for the end of the pool finds nothing of it left.
            drop(run);
            queue.leave();
        };

        // Locked until the thread is in the list: its first job may ask whether it is.
        let mut threads = lock(&self.threads);
        match Builder::new().name(name).spawn(main) {
            Ok(thread) => threads.push(thread),
            Err(error) => {
                // Jobs may fail now, and their callbacks may ask for the list.
                drop(threads);
                self.queue.leave();
                // The other threads will do the work. If there are none, it will not be done.
                if self.queue.workers() == 0 {
                    let why = format!("no thread could be started: {error}");
                    self.queue.give_up(&Error::Broken(why));
                }
            }
        }
    }

    pub(super) fn shutdown(&self, how: Shutdown) {
        self.queue.close(Error::ShutDown);
        match how {
            Shutdown::Wait => {}
            Shutdown::CancelPending => self.queue.fail_pending(&Error::Cancelled),
            Shutdown::Detach => return self.detached.store(true, Ordering::SeqCst),
        }
        // A worker that waited for the workers would wait for itself.
        if self.is_worker() {
            return;
        }

        self.queue.wait_until_left();
        // They have left the queue and are at their very end. The lock is not held while waiting for that.
        let threads = std::mem::take(&mut *lock(&self.threads));
        for thread in threads {
            // It has not panicked, see `start`. And a drop should not panic in any case.
            let _ = thread.join();
        }
    }

    /// Whether the current thread is one of them.
    fn is_worker(&self) -> bool {
        let current = thread::current().id();
        let threads = lock(&self.threads);
        threads.iter().any(|thread| thread.thread().id() == current)
    }

    /// Returns the number of threads that there are now.
    pub(super) fn count(&self) -> usize {
        self.queue.workers()
    }
}

impl<J: Queued + Send + 'static> Drop for Workers<J> {
    fn drop(&mut self) {
        if !self.detached.load(Ordering::SeqCst) {
            self.shutdown(Shutdown::Wait);
        }
    }
}
