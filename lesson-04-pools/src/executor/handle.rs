//! The caller's side of a job. It is Python's `Future`, and it is a Rust [`Future`] too.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use super::error::{Error, Outcome};
use super::job::{Runnable, Slot};
use crate::sync::Arc;

/// A job's handle. Dropping it does not stop the job; its outcome is then lost.
#[must_use = "a job's failure is seen only by the caller that asks for its result"]
pub struct JobHandle<T> {
    pub(super) slot: Arc<Slot<T>>,
    pub(super) driver: Option<Box<dyn Driver>>,
    /// A worker was spinning when the job came: it pays to spin for the outcome.
    pub(crate) spin: bool,
}

/// Moves a job on that a worker process has and no thread waits for. Only the process pool's direct path makes such jobs.
/// Dropping the driver leaves the job to a dispatcher.
pub(super) trait Driver: Send + Sync {
    /// Waits for the worker's answer in the calling thread, unless a dispatcher does already.
    fn receive_here(self: Box<Self>);

    /// Has a dispatcher wait for the answer, unless it is there already.
    fn to_dispatcher(&self);
}

/// Makes a job for the queue, and the handle for its caller. They are one thing, seen from two sides, and one allocation.
pub(crate) fn job<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> (Arc<dyn Runnable>, JobHandle<T>) {
    let slot = Slot::new(work);
    (Arc::clone(&slot) as Arc<dyn Runnable>, JobHandle::new(slot))
}

impl<T> JobHandle<T> {
    pub(super) fn new(slot: Arc<Slot<T>>) -> JobHandle<T> {
        JobHandle {
            slot,
            driver: None,
            spin: false,
        }
    }

    /// Waits for the job and returns its value.
    ///
    /// # Errors
    /// The reason for having none.
    ///
    /// # Panics
    /// When [`result_timeout`](Self::result_timeout) has returned it before.
    pub fn result(mut self) -> Outcome<T> {
        self.wait(None);
        self.slot.take()
    }

    /// Waits until the outcome is here. Returns false if the deadline comes first.
    pub(super) fn wait(&mut self, deadline: Option<Instant>) -> bool {
        if deadline.is_some() {
            // Only a dispatcher can wait for as long as it takes while this thread gives up.
            self.move_on();
        } else if let Some(driver) = self.driver.take() {
            driver.receive_here();
        }

        self.slot.wait(deadline, self.spin)
    }

    fn move_on(&self) {
        if let Some(driver) = &self.driver {
            driver.to_dispatcher();
        }
    }

    /// Waits for the job for at most `patience`, otherwise as [`result`](Self::result).
    ///
    /// # Errors
    /// [`Error::Timeout`] when the time is up: the job goes on, ask again. Otherwise the reason for having no value.
    ///
    /// # Panics
    /// When it has returned the result before.
    pub fn result_timeout(&mut self, patience: Duration) -> Outcome<T> {
        // A patience beyond the end of time is no deadline at all.
        if self.wait(Instant::now().checked_add(patience)) {
            self.slot.take()
        } else {
            Err(Error::Timeout)
        }
    }

    /// Takes the job back. Returns false if a worker has it, or has done it.
    pub fn cancel(&self) -> bool {
        self.slot.end(Error::Cancelled) || self.is_cancelled()
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.slot.is_cancelled()
    }

    /// Whether a worker has it just now.
    pub fn is_running(&self) -> bool {
        self.move_on();
        self.slot.is_running()
    }

    /// Whether it has an outcome. A cancelled job has one, too.
    pub fn is_done(&self) -> bool {
        self.move_on();
        self.slot.is_done()
    }

    /// Calls `callback` with the outcome: in the thread that ends the job, before any thread that waits for it is woken;
    /// or here and now, if the job is done. A callback that panics harms no other.
    ///
    /// # Panics
    /// When the result has been returned before.
    pub fn on_done(&mut self, callback: impl FnOnce(&Outcome<T>) + Send + 'static) {
        self.move_on();
        self.slot.on_done(Box::new(callback));
    }

    /// Whether it is done without a value, and not because it was cancelled.
    pub(super) fn has_failed(&self) -> bool {
        self.slot.has_failed()
    }

    /// Keeps `waker` to be woken when the job is done, in place of an earlier waker. Returns false if it is done already.
    pub(super) fn wake_when_done(&self, waker: &Waker) -> bool {
        self.move_on();
        self.slot.wake_when_done(waker)
    }
}

/// `job.await`, on any executor: nothing of tokio is needed for it.
impl<T> Future for JobHandle<T> {
    type Output = Outcome<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome<T>> {
        if self.wake_when_done(context.waker()) {
            Poll::Pending
        } else {
            Poll::Ready(self.slot.take())
        }
    }
}

impl<T> fmt::Debug for JobHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JobHandle({})", self.slot.stage())
    }
}
