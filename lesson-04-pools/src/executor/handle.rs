//! What `submit` gives back: a job's handle. It is Python's `Future`, and it is a Rust [`Future`] too.

use std::task::Waker;
use std::time::{Duration, Instant};

use super::error::{Error, Outcome, catch};
use super::job::Cell;
use super::loans::Loan;
use super::lock;
use super::state::Stage;
use crate::sync::Arc;

/// A job's handle. Dropping it does not stop the job: nobody will hear of its outcome, that is all.
#[must_use = "a job's failure is seen only by whoever asks for its result"]
pub struct JobHandle<T> {
    pub(super) cell: Arc<Cell<T>>,
    /// Where the job is with a worker process, and nobody waits for its answer.
    pub(super) loan: Loan,
    /// A worker was awake and looked for a job when it came: it pays to look for the outcome.
    pub(crate) soon: bool,
}

impl<T> JobHandle<T> {
    /// Waits for the job and gives its value.
    ///
    /// # Errors
    /// Why there is none.
    ///
    /// # Panics
    /// When [`result_timeout`](Self::result_timeout) has given it out before.
    pub fn result(mut self) -> Outcome<T> {
        self.wait(None);
        self.take()
    }

    /// Waits until the outcome is here; false if the deadline comes first.
    pub(super) fn wait(&mut self, deadline: Option<Instant>) -> bool {
        match deadline {
            None => std::mem::take(&mut self.loan).settle(),
            // Only a feeder can wait for as long as it takes while this thread gives up.
            Some(_) => self.loan.hand_over(),
        }
        self.cell.wait(deadline, self.soon)
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
        if self.wait(Instant::now().checked_add(patience)) {
            self.take()
        } else {
            Err(Error::Timeout)
        }
    }

    /// Takes the job back. False if a worker has it, or has done it.
    pub fn cancel(&self) -> bool {
        self.cell.end(Error::Cancelled) || self.is_cancelled()
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        match &lock(&self.cell.state).stage {
            Stage::Ending { cancelled } => *cancelled,
            Stage::Done(Err(error)) => **error == Error::Cancelled,
            _ => false,
        }
    }

    /// Whether a worker has it just now.
    pub fn is_running(&self) -> bool {
        self.loan.hand_over();
        matches!(lock(&self.cell.state).stage, Stage::Running)
    }

    /// Whether it has an outcome. A cancelled job has one, too.
    pub fn is_done(&self) -> bool {
        self.loan.hand_over();
        lock(&self.cell.state).is_done()
    }

    /// Has `callback` called with the outcome: by the thread that ends the job, before anybody who waits for it is
    /// woken; or here and now, if the job is done. A callback that panics harms nobody else.
    ///
    /// # Panics
    /// When the result has been given out before.
    pub fn on_done(&mut self, callback: impl FnOnce(&Outcome<T>) + Send + 'static) {
        self.loan.hand_over();
        let mut state = lock(&self.cell.state);
        if !state.is_done() {
            state
                .listeners
                .get_or_insert_default()
                .callbacks
                .push(Box::new(callback));
            return;
        }
        drop(state);
        // Nobody else can take it meanwhile: that needs the handle, and `&mut self` says that it is in one hand.
        let outcome = self.take();
        let _ = catch(|| callback(&outcome));
        lock(&self.cell.state).stage = Stage::Done(outcome.map_err(Box::new));
    }

    /// Whether it is done without a value, and not because it was cancelled.
    pub(super) fn has_failed(&self) -> bool {
        matches!(&lock(&self.cell.state).stage, Stage::Done(Err(error)) if **error != Error::Cancelled)
    }

    /// Has `waker` woken when the job is done, instead of an earlier waker. False if it is done already.
    pub(super) fn wake_when_done(&self, waker: &Waker) -> bool {
        self.loan.hand_over();
        self.cell.wake_when_done(waker)
    }

    /// The handle of a job that is in a queue.
    pub(super) fn new(cell: Arc<Cell<T>>) -> JobHandle<T> {
        JobHandle {
            cell,
            loan: Loan::default(),
            soon: false,
        }
    }

    pub(super) fn take(&self) -> Outcome<T> {
        lock(&self.cell.state).take()
    }
}
