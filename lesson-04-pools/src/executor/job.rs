//! The place where a job's outcome is left and waited for: one side keeps a promise, the other has a handle.

use std::task::Waker;
use std::time::Instant;

use super::error::{Error, Outcome, catch};
use super::lock;
use crate::sync::{Arc, Condvar, Mutex};

/// Called with the outcome as soon as it is known.
pub(super) type Callback<T> = Box<dyn FnOnce(&Outcome<T>) + Send>;

/// How far a job has come. It only ever moves down this list.
pub(super) enum Stage<T> {
    /// In the queue: it can still be cancelled.
    Pending,
    /// A worker has it.
    Running,
    /// It will not run; its callbacks are being told.
    Ending,
    /// Its outcome is here.
    Done(Outcome<T>),
    /// Its outcome has been handed out.
    Taken,
}

pub(super) struct State<T> {
    pub(super) stage: Stage<T>,
    pub(super) callbacks: Vec<Callback<T>>,
    /// The task, or the list of jobs, that wants to hear of it.
    pub(super) waker: Option<Waker>,
    /// A thread sleeps until it is done. Waking costs a system call: none is made for nobody.
    awaited: bool,
}

pub(super) struct Cell<T> {
    pub(super) state: Mutex<State<T>>,
    done: Condvar,
}

impl<T> State<T> {
    pub(super) fn is_done(&self) -> bool {
        matches!(self.stage, Stage::Done(_) | Stage::Taken)
    }
}

impl<T> Cell<T> {
    pub(super) fn new() -> Arc<Cell<T>> {
        let state = State { stage: Stage::Pending, callbacks: Vec::new(), waker: None, awaited: false };
        Arc::new(Cell { state: Mutex::new(state), done: Condvar::new() })
    }

    /// Takes a pending job out of the queue's hands: true for one caller only, however many try.
    pub(super) fn claim(&self, next: Stage<T>) -> bool {
        let mut state = lock(&self.state);
        let pending = matches!(state.stage, Stage::Pending);
        if pending {
            state.stage = next;
        }
        pending
    }

    /// Leaves the outcome here. Callbacks come first: whoever waits for the outcome finds them done.
    pub(super) fn finish(&self, outcome: Outcome<T>) {
        let mut state = lock(&self.state);
        while !state.callbacks.is_empty() {
            let callbacks = std::mem::take(&mut state.callbacks);
            // Never call somebody else's code with a lock in the hand.
            drop(state);
            for callback in callbacks {
                // Its message is on standard error already; the other callbacks have a right to be called.
                let _ = catch(|| callback(&outcome));
            }
            state = lock(&self.state);
        }
        state.stage = Stage::Done(outcome);
        let (waker, awaited) = (state.waker.take(), state.awaited);
        drop(state);
        if awaited {
            self.done.notify_all();
        }
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Ends a job that has not begun. False if it has, or is done.
    pub(super) fn end(&self, error: Error) -> bool {
        let pending = self.claim(Stage::Ending);
        if pending {
            self.finish(Err(error));
        }
        pending
    }

    /// Sleeps until the outcome is here; false if the deadline comes first.
    pub(super) fn wait(&self, deadline: Option<Instant>) -> bool {
        let mut state = lock(&self.state);
        while !state.is_done() {
            state.awaited = true;
            state = match super::sleep(&self.done, state, deadline) {
                Some(state) => state,
                None => return false,
            };
        }
        true
    }
}

/// The worker's side of a job. A promise that is dropped is not forgotten: its job is then cancelled.
pub(super) struct Promise<T>(pub(super) Arc<Cell<T>>);

impl<T> Promise<T> {
    /// The worker begins, unless the job was cancelled meanwhile.
    pub(super) fn start(&self) -> bool {
        self.0.claim(Stage::Running)
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        let running = matches!(lock(&self.0.state).stage, Stage::Running);
        if running {
            self.0.finish(Err(Error::Broken("the worker was lost".to_owned())));
        } else {
            // Does nothing if it is done, as it nearly always is.
            self.0.end(Error::Cancelled);
        }
    }
}
