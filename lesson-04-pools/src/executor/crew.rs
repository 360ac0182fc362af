//! The threads behind a queue: started when they are needed, joined at the end. Both pools have a crew.

use super::Shutdown;
use super::error::{Error, Fail, catch};
use super::lock;
use super::queue::{Next, Queue};
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::thread::{self, Builder, JoinHandle};
use crate::sync::{Arc, Mutex};

/// What a thread of the crew does: takes jobs from the queue until no more come. It is told its number, from 1.
type Work<J> = dyn Fn(&Queue<J>, usize) + Send + Sync;

pub(super) struct Crew<J: Fail + Send + 'static> {
    pub(super) queue: Arc<Queue<J>>,
    work: Arc<Work<J>>,
    name_prefix: String,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Nobody wants to wait for the end.
    detached: AtomicBool,
}

impl<J: Fail + Send + 'static> Crew<J> {
    pub(super) fn new(
        name_prefix: String,
        queue: Queue<J>,
        work: impl Fn(&Queue<J>, usize) + Send + Sync + 'static,
    ) -> Crew<J> {
        let (queue, work) = (Arc::new(queue), Arc::new(work));
        Crew {
            queue,
            work,
            name_prefix,
            threads: Mutex::new(Vec::new()),
            detached: AtomicBool::new(false),
        }
    }

    /// Whether a worker was awake that looked for it: then it will soon be done, if it is small.
    pub(super) fn submit(&self, job: J) -> Result<bool, Error> {
        let next = self.queue.push(job)?;
        if let Next::New(number) = next {
            self.start(number);
        }
        Ok(next == Next::Looking)
    }

    /// Starts one more thread.
    fn start(&self, number: usize) {
        let name = format!("{}-{number}", self.name_prefix);
        let (queue, work) = (Arc::clone(&self.queue), Arc::clone(&self.work));
        let run = move || {
            // Caught, so that the thread is counted out in any case.
            if let Err(error) = catch(|| work(&queue, number)) {
                give_up(
                    &queue,
                    &Error::Broken(format!("a thread of the pool was lost: {error}")),
                );
            }
            // What it holds goes first: who waits for the end of the pool finds nothing of it left.
            drop(work);
            queue.leave();
        };
        // Locked until the thread is in the list: its first job may ask whether it is.
        let mut threads = lock(&self.threads);
        match Builder::new().name(name).spawn(run) {
            Ok(thread) => threads.push(thread),
            Err(error) => {
                // Jobs may be told of it, and what hears of it may ask for the list.
                drop(threads);
                self.queue.leave();
                // The other threads will do the work. If there are none, nobody will.
                if self.queue.alive() == 0 {
                    give_up(
                        &self.queue,
                        &Error::Broken(format!("no thread could be started: {error}")),
                    );
                }
            }
        }
    }

    pub(super) fn shutdown(&self, how: Shutdown) {
        self.queue.end(Error::ShutDown);
        match how {
            Shutdown::Wait => {}
            Shutdown::CancelPending => self.queue.fail_all(&Error::Cancelled),
            Shutdown::Detach => return self.detached.store(true, Ordering::SeqCst),
        }
        // A thread of the crew that waited for the crew would wait for itself.
        if self.is_inside() {
            return;
        }
        self.queue.wait_until_deserted();
        // They have left the queue and are at their very end. The lock is not held while waiting for that.
        let threads = std::mem::take(&mut *lock(&self.threads));
        for thread in threads {
            // It has not panicked, see `start`. And a drop should not panic in any case.
            let _ = thread.join();
        }
    }

    /// Whether this is called from one of the crew's own threads.
    fn is_inside(&self) -> bool {
        let me = thread::current().id();
        lock(&self.threads)
            .iter()
            .any(|thread| thread.thread().id() == me)
    }

    /// How many threads there are now.
    pub(super) fn alive(&self) -> usize {
        self.queue.alive()
    }
}

/// No job that has not begun will be done any more, and no more are taken.
pub(super) fn give_up<J: Fail>(queue: &Queue<J>, error: &Error) {
    queue.end(error.clone());
    queue.fail_all(error);
}

impl<J: Fail + Send + 'static> Drop for Crew<J> {
    fn drop(&mut self) {
        if !self.detached.load(Ordering::SeqCst) {
            self.shutdown(Shutdown::Wait);
        }
    }
}
