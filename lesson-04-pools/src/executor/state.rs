//! How far a job has come, what is to be done, and who wants to hear of the outcome.

use std::task::Waker;

use super::error::{Error, Outcome};
use super::work::Discard;

/// Called with the outcome as soon as it is known.
pub(super) type Callback<T> = Box<dyn FnOnce(&Outcome<T>) + Send>;

/// How far a job has come. It only ever moves down this list.
pub(super) enum Stage<T> {
    /// In the queue: it can still be cancelled.
    Pending,
    /// A worker has it.
    Running,
    /// It will not run, as it was cancelled or its pool is broken; its callbacks are being told.
    Ending { cancelled: bool },
    /// Its outcome is here. An error is kept apart: it is seldom there, and larger than most values.
    Done(Result<T, Box<Error>>),
    /// Its outcome has been handed out.
    Taken,
}

/// Who wants to hear of the outcome.
pub(super) struct Listeners<T> {
    pub(super) callbacks: Vec<Callback<T>>,
    /// The task, the thread or the list of jobs that waits for it.
    pub(super) waker: Option<Waker>,
}

/// The work comes last: so a handle need not know its type.
pub(super) struct State<T, W: ?Sized = dyn Discard> {
    pub(super) stage: Stage<T>,
    /// Most jobs have none: they are asked for when they are done.
    pub(super) listeners: Option<Box<Listeners<T>>>,
    pub(super) work: W,
}

impl<T> Default for Listeners<T> {
    fn default() -> Self {
        Listeners {
            callbacks: Vec::new(),
            waker: None,
        }
    }
}

impl<T, W: ?Sized> State<T, W> {
    pub(super) fn is_done(&self) -> bool {
        matches!(self.stage, Stage::Done(_) | Stage::Taken)
    }

    /// Takes a pending job out of the queue's hands: true for one caller only, however many try.
    pub(super) fn claim(&mut self, next: Stage<T>) -> bool {
        let pending = matches!(self.stage, Stage::Pending);
        if pending {
            self.stage = next;
        }
        pending
    }

    /// Takes the outcome. It panics if that has been taken before.
    pub(super) fn take(&mut self) -> Outcome<T> {
        let stage = std::mem::replace(&mut self.stage, Stage::Taken);
        let Stage::Done(outcome) = stage else {
            panic!("the result has been taken before")
        };
        outcome.map_err(|error| *error)
    }
}
