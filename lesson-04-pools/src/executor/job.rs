//! The place where a job waits to be done, and where its outcome is left and waited for. Whoever does the job and whoever
//! has its handle share it.

use std::task::Waker;
use std::time::Instant;

use super::bell::Board;
use super::error::{Error, Outcome, catch};
use super::lock;
use super::spin::look_for;
use super::state::{Stage, State};
use super::work::{Discard, Work};
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Arc, Mutex};

/// Small, as there may be many: with its work and its outcome in one place, under one lock.
pub(super) struct Cell<T, W: ?Sized = dyn Discard> {
    /// Said once more, for those who look before they sleep. If it says so, it is so; it may say it a moment late.
    is_done: AtomicBool,
    pub(super) state: Mutex<State<T, W>>,
}

impl<T, W: Send> Cell<T, Work<W>> {
    pub(super) fn new(work: W) -> Arc<Self> {
        let state = State {
            stage: Stage::Pending,
            listeners: None,
            work: Some(work),
        };
        Arc::new(Cell {
            is_done: AtomicBool::new(false),
            state: Mutex::new(state),
        })
    }

    /// A worker begins; there is no work for it if the job was cancelled meanwhile.
    pub(super) fn start(&self) -> Option<W> {
        let mut state = lock(&self.state);
        if state.claim(Stage::Running) {
            state.work.take()
        } else {
            None
        }
    }
}

impl<T, W: Discard + ?Sized> Cell<T, W> {
    /// Leaves the outcome here. Callbacks come first: whoever waits for the outcome finds them done.
    pub(super) fn finish(&self, outcome: Outcome<T>) {
        let mut state = lock(&self.state);
        while let Some(listeners) = &mut state.listeners
            && !listeners.callbacks.is_empty()
        {
            let callbacks = std::mem::take(&mut listeners.callbacks);
            // Never call somebody else's code with a lock in the hand.
            drop(state);
            for callback in callbacks {
                // Its message is on standard error already; the other callbacks have a right to be called.
                let _ = catch(|| callback(&outcome));
            }
            state = lock(&self.state);
        }
        state.stage = Stage::Done(outcome.map_err(Box::new));
        let listeners = state.listeners.take();
        drop(state);
        self.is_done.store(true, Ordering::Release);
        // Waking costs a system call: none is made for nobody.
        if let Some(waker) = listeners.and_then(|listeners| listeners.waker) {
            // Caught, as callbacks are: there may be other jobs to be told.
            let _ = catch(|| waker.wake());
        }
    }

    /// Ends a job that has not begun. False if it has, or is done.
    pub(super) fn end(&self, error: Error) -> bool {
        let mut state = lock(&self.state);
        if !state.claim(Stage::Ending {
            cancelled: error == Error::Cancelled,
        }) {
            return false;
        }
        let work = state.work.take_out();
        drop(state);
        // What it holds may panic when it is dropped.
        let _ = catch(|| drop(work));
        self.finish(Err(error));
        true
    }

    /// Has `waker` woken when the job is done, instead of an earlier waker. False if it is done already.
    pub(super) fn wake_when_done(&self, waker: &Waker) -> bool {
        let waker = waker.clone();
        let mut state = lock(&self.state);
        if state.is_done() {
            return false;
        }
        let earlier = state.listeners.get_or_insert_default().waker.replace(waker);
        // Out of the lock first: it may be the last that holds a task, and whatever that holds.
        drop(state);
        drop(earlier);
        true
    }

    /// Waits until the outcome is here; false if the deadline comes first. Where it may come `soon`, it looks for some
    /// microseconds before it sleeps; where there is one core only, it lets others have it once.
    pub(super) fn wait(&self, deadline: Option<Instant>, soon: bool) -> bool {
        if look_for(usize::from(soon), || self.is_done.load(Ordering::Acquire)) {
            return true;
        }
        let board = Arc::new(Board::default());
        !self.wake_when_done(&board.bell(0)) || board.next(deadline).is_some()
    }
}
