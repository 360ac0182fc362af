//! The place where a job waits to be done, and where its outcome is left and waited for. Whoever does the job and whoever
//! has its handle share it.

use std::task::Waker;
use std::time::Instant;

use super::error::{Error, Outcome, catch};
use super::lock;
use super::spin::look_for;
use super::work::{Discard, Work};
use crate::sync::atomic::{AtomicBool, Ordering};
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

/// The work comes last: so a handle can have the type `Cell<T>`, whatever the work is.
pub(super) struct Cell<T, W: ?Sized = dyn Discard> {
    pub(super) state: Mutex<State<T>>,
    /// Said once more, for those who look before they sleep. If it says so, it is so; it may say it a moment late.
    is_done: AtomicBool,
    done: Condvar,
    work: W,
}

impl<T> State<T> {
    pub(super) fn is_done(&self) -> bool {
        matches!(self.stage, Stage::Done(_) | Stage::Taken)
    }
}

impl<T, W: Send> Cell<T, Work<W>> {
    pub(super) fn new(work: W) -> Arc<Self> {
        let state = State { stage: Stage::Pending, callbacks: Vec::new(), waker: None, awaited: false };
        let (state, work) = (Mutex::new(state), Mutex::new(Some(work)));
        Arc::new(Cell { state, is_done: AtomicBool::new(false), done: Condvar::new(), work })
    }

    /// A worker begins; there is no work for it if the job was cancelled meanwhile.
    pub(super) fn start(&self) -> Option<W> {
        if self.claim(Stage::Running) { lock(&self.work).take() } else { None }
    }
}

impl<T, W: Discard + ?Sized> Cell<T, W> {
    /// Takes a pending job out of the queue's hands: true for one caller only, however many try.
    fn claim(&self, next: Stage<T>) -> bool {
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
        self.is_done.store(true, Ordering::Release);
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
            self.work.discard();
            self.finish(Err(error));
        }
        pending
    }

    /// Waits until the outcome is here; false if the deadline comes first.
    pub(super) fn wait(&self, deadline: Option<Instant>) -> bool {
        if look_for(|| self.is_done.load(Ordering::Acquire)) {
            return true;
        }
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
