//! What `submit` gives back: a job's handle. It is Python's `Future`, and it is a Rust [`Future`] too.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use super::error::{Error, Outcome, catch};
use super::job::{Cell, Stage};
use super::lock;
use crate::sync::Arc;

/// A job's handle. Dropping it does not stop the job: nobody will hear of its outcome, that is all.
#[must_use = "a job's failure is seen only by whoever asks for its result"]
pub struct JobHandle<T>(pub(super) Arc<Cell<T>>);

impl<T> JobHandle<T> {
    /// Waits for the job and gives its value.
    ///
    /// # Errors
    /// Why there is none.
    ///
    /// # Panics
    /// When [`result_timeout`](Self::result_timeout) has given it out before.
    pub fn result(self) -> Outcome<T> {
        self.0.wait(None);
        self.take()
    }

    /// As [`result`](Self::result), for at most this long.
    ///
    /// # Errors
    /// [`Error::Timeout`] when the time is up: the job goes on, ask again. Otherwise why there is no value.
    ///
    /// # Panics
    /// When it has given the result out before.
    pub fn result_timeout(&mut self, patience: Duration) -> Outcome<T> {
        // A patience beyond the end of time is no deadline at all.
        if self.0.wait(Instant::now().checked_add(patience)) { self.take() } else { Err(Error::Timeout) }
    }

    /// Takes the job back. False if a worker has it, or has done it.
    pub fn cancel(&self) -> bool {
        self.0.end(Error::Cancelled) || self.is_cancelled()
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        matches!(lock(&self.0.state).stage, Stage::Done(Err(Error::Cancelled)))
    }

    /// Whether a worker has it just now.
    pub fn is_running(&self) -> bool {
        matches!(lock(&self.0.state).stage, Stage::Running)
    }

    /// Whether it has an outcome. A cancelled job has one, too.
    pub fn is_done(&self) -> bool {
        lock(&self.0.state).is_done()
    }

    /// Has `callback` called with the outcome: by the thread that ends the job, before anybody who waits for it is
    /// woken; or here and now, if the job is done. A callback that panics harms nobody else.
    ///
    /// # Panics
    /// When the result has been given out before.
    pub fn on_done(&mut self, callback: impl FnOnce(&Outcome<T>) + Send + 'static) {
        let mut state = lock(&self.0.state);
        if !state.is_done() {
            state.callbacks.push(Box::new(callback));
            return;
        }
        drop(state);
        // Nobody else can take it meanwhile: that needs the handle, and `&mut self` says that it is in one hand.
        let outcome = self.take();
        let _ = catch(|| callback(&outcome));
        lock(&self.0.state).stage = Stage::Done(outcome);
    }

    /// Whether it is done without a value, and not because it was cancelled.
    pub(super) fn has_failed(&self) -> bool {
        matches!(&lock(&self.0.state).stage, Stage::Done(Err(error)) if *error != Error::Cancelled)
    }

    /// Has `waker` woken when the job is done, instead of an earlier waker. False if it is done already.
    pub(super) fn wake_when_done(&self, waker: &Waker) -> bool {
        let waker = waker.clone();
        let mut state = lock(&self.0.state);
        if state.is_done() {
            return false;
        }
        let earlier = state.waker.replace(waker);
        // Out of the lock first: it may be the last that holds a task, and whatever that holds.
        drop(state);
        drop(earlier);
        true
    }

    fn take(&self) -> Outcome<T> {
        let stage = std::mem::replace(&mut lock(&self.0.state).stage, Stage::Taken);
        let Stage::Done(outcome) = stage else { panic!("the result has been taken before") };
        outcome
    }
}

/// `job.await`, on any executor: nothing of tokio is needed for it.
impl<T> Future for JobHandle<T> {
    type Output = Outcome<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome<T>> {
        if self.wake_when_done(context.waker()) { Poll::Pending } else { Poll::Ready(self.take()) }
    }
}

impl<T> fmt::Debug for JobHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stage = match &lock(&self.0.state).stage {
            Stage::Pending => "pending",
            Stage::Running => "running",
            Stage::Ending => "ending",
            Stage::Done(Ok(_)) => "done",
            Stage::Done(Err(Error::Cancelled)) => "cancelled",
            Stage::Done(Err(_)) => "failed",
            Stage::Taken => "taken",
        };
        write!(f, "JobHandle({stage})")
    }
}
