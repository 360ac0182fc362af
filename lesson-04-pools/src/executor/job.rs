//! One job: its work, how far it has come, and its outcome, all in one slot and under one lock. The thread that does the
//! job and the handle of the caller share the slot.

use std::mem::{replace, take};
use std::task::Waker;
use std::time::Instant;

use super::completion::CompletionQueue;
use super::error::{Error, Outcome, catch_panic};
use super::park::{lock, spin_until};
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Arc, Mutex, MutexGuard};

/// A function that is called with the outcome as soon as it is known.
pub(super) type Callback<T> = Box<dyn FnOnce(&Outcome<T>) + Send>;

/// One job. It is small, as there may be many: everything in one allocation.
pub(super) struct Slot<T, W: ?Sized = dyn Work> {
    /// Mirrors `Stage::Done`, so that spinning needs no lock. It may lag behind, and never runs ahead.
    done: AtomicBool,
    state: Mutex<State<T, W>>,
}

/// The work comes last, so that a handle need not know its type.
struct State<T, W: ?Sized = dyn Work> {
    stage: Stage<T>,
    /// Most jobs have none: their result is asked for when they are done.
    listeners: Option<Box<Listeners<T>>>,
    work: W,
}

/// The stage of a job. It only ever moves down this list.
enum Stage<T> {
    /// In the queue: it can still be cancelled.
    Pending,
    /// With a worker.
    Running,
    /// It will not run, as it was cancelled or its pool is broken; its callbacks are being called.
    Ending { cancelled: bool },
    /// The outcome is here. An error is kept apart: it is seldom there, and larger than most values.
    Done(Result<T, Box<Error>>),
    /// The outcome has been handed out.
    Taken,
}

struct Listeners<T> {
    callbacks: Vec<Callback<T>>,
    /// Wakes the task, the thread or the completion queue that waits for the job.
    waker: Option<Waker>,
}

/// Work of any type that may still be there: an `Option` of a function, or of bytes for another process. It lies in the
/// slot and not in the queue, so a job that is cancelled gives its memory back at once.
pub(super) trait Work: Send {
    /// Takes the work out, in a box, because only the work itself knows its size.
    fn discard<'w>(&mut self) -> Box<dyn Send + 'w>
    where
        Self: 'w;
}

impl<W: Send> Work for Option<W> {
    fn discard<'w>(&mut self) -> Box<dyn Send + 'w>
    where
        Self: 'w,
    {
        Box::new(self.take())
    }
}

/// A job in the queue of a thread pool, whatever the type of its result.
pub(crate) trait Runnable: Send + Sync {
    fn run(&self);
    fn fail(&self, error: Error);
}

impl<T: Send, F: FnOnce() -> T + Send> Runnable for Slot<T, Option<F>> {
    fn run(&self) {
        if let Some(work) = self.take_work() {
            self.without_work().finish(catch_panic(work));
        }
    }

    fn fail(&self, error: Error) {
        self.without_work().end(error);
    }
}

/// Wakes what waits for a job. A panic is caught, as those of callbacks are: there may be other jobs to end.
fn wake(waker: Waker) {
    let _ = catch_panic(|| waker.wake());
}

/// Drops the work of a job that will not run. What the work holds may panic then.
fn discard(work: Box<dyn Send + '_>) {
    let _ = catch_panic(|| drop(work));
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
    fn is_done(&self) -> bool {
        matches!(self.stage, Stage::Done(_) | Stage::Taken)
    }

    /// Moves a pending job on. Returns true to one caller only, however many try.
    fn claim(&mut self, next: Stage<T>) -> bool {
        let pending = matches!(self.stage, Stage::Pending);
        if pending {
            self.stage = next;
        }
        pending
    }
}

impl<T, W: Send> Slot<T, Option<W>> {
    pub(super) fn new(work: W) -> Arc<Self> {
        let state = State {
            stage: Stage::Pending,
            listeners: None,
            work: Some(work),
        };

        Arc::new(Slot {
            done: AtomicBool::new(false),
            state: Mutex::new(state),
        })
    }

    /// Returns this slot seen without the type of its work: what is done with it is then compiled once for each type of
    /// result, and not for each job.
    fn without_work<'w>(&self) -> &Slot<T, dyn Work + 'w>
    where
        W: 'w,
    {
        self
    }

    /// Marks the job as running and takes its work. Returns `None` if the job was cancelled meanwhile.
    pub(super) fn take_work(&self) -> Option<W> {
        let mut state = self.lock();
        if state.claim(Stage::Running) {
            state.work.take()
        } else {
            None
        }
    }
}

impl<T, W: Work + ?Sized> Slot<T, W> {
    fn lock(&self) -> MutexGuard<'_, State<T, W>> {
        lock(&self.state)
    }

    /// Leaves the outcome here. Callbacks come first: a thread that waits for the outcome finds them done.
    pub(super) fn finish(&self, outcome: Outcome<T>) {
        let mut state = self.lock();
        while let Some(listeners) = &mut state.listeners
            && !listeners.callbacks.is_empty()
        {
            let callbacks = take(&mut listeners.callbacks);
            // A callback may do anything: it is never called under a lock.
            drop(state);
            for callback in callbacks {
                // Its message is on standard error already; the other callbacks have a right to be called.
                let _ = catch_panic(|| callback(&outcome));
            }
            state = self.lock();
        }
        state.stage = Stage::Done(outcome.map_err(Box::new));
        let listeners = state.listeners.take();
        drop(state);

        self.done.store(true, Ordering::Release);
        // To wake costs a system call: it is left out where no thread waits.
        if let Some(waker) = listeners.and_then(|listeners| listeners.waker) {
            wake(waker);
        }
    }

    /// Ends a job that has not begun. Returns false if it has, or is done.
    pub(super) fn end(&self, error: Error) -> bool {
        let cancelled = error == Error::Cancelled;
        let mut state = self.lock();
        if !state.claim(Stage::Ending { cancelled }) {
            return false;
        }

        let work = state.work.discard();
        drop(state);

        discard(work);
        self.finish(Err(error));
        true
    }

    /// Waits until the outcome is here. Returns false if the deadline comes first. With `spin` it spins for some
    /// microseconds before it parks; where there is one core only, it yields that core once.
    pub(super) fn wait(&self, deadline: Option<Instant>, spin: bool) -> bool {
        if spin_until(usize::from(spin), || self.done.load(Ordering::Acquire)) {
            return true;
        }

        let completion = Arc::new(CompletionQueue::default());
        !self.wake_when_done(&completion.waker(0)) || completion.next(deadline).is_some()
    }

    /// Keeps `waker` to be woken when the job is done, in place of an earlier waker. Returns false if it is done already.
    pub(super) fn wake_when_done(&self, waker: &Waker) -> bool {
        let waker = waker.clone();
        let mut state = self.lock();
        if state.is_done() {
            return false;
        }

        let earlier = state.listeners.get_or_insert_default().waker.replace(waker);
        // Dropped without the lock: it may be the last owner of a task, and of all that the task holds.
        drop(state);
        drop(earlier);
        true
    }

    /// Keeps `callback` to be called when the job is done, or calls it now. The caller has the only handle.
    pub(super) fn on_done(&self, callback: Callback<T>) {
        let mut state = self.lock();
        if !state.is_done() {
            let listeners = state.listeners.get_or_insert_default();
            listeners.callbacks.push(callback);
            return;
        }
        drop(state);

        // No other thread can take the outcome meanwhile: that needs the handle.
        let outcome = self.take();
        let _ = catch_panic(|| callback(&outcome));
        self.lock().stage = Stage::Done(outcome.map_err(Box::new));
    }

    /// Takes the outcome. It panics if that has been taken before.
    pub(super) fn take(&self) -> Outcome<T> {
        let stage = replace(&mut self.lock().stage, Stage::Taken);
        let Stage::Done(outcome) = stage else {
            panic!("the result has been taken before")
        };
        outcome.map_err(|error| *error)
    }

    pub(super) fn is_running(&self) -> bool {
        matches!(self.lock().stage, Stage::Running)
    }

    pub(super) fn is_done(&self) -> bool {
        self.lock().is_done()
    }

    pub(super) fn is_cancelled(&self) -> bool {
        match &self.lock().stage {
            Stage::Ending { cancelled } => *cancelled,
            Stage::Done(Err(error)) => **error == Error::Cancelled,
            _ => false,
        }
    }

    /// Whether it is done without a value, and not because it was cancelled.
    pub(super) fn has_failed(&self) -> bool {
        matches!(&self.lock().stage, Stage::Done(Err(error)) if **error != Error::Cancelled)
    }

    /// Returns how far the job has come, in one word.
    pub(super) fn stage(&self) -> &'static str {
        match &self.lock().stage {
            Stage::Pending => "pending",
            Stage::Running => "running",
            Stage::Ending { .. } => "ending",
            Stage::Done(Ok(_)) => "done",
            Stage::Done(Err(error)) if **error == Error::Cancelled => "cancelled",
            Stage::Done(Err(_)) => "failed",
            Stage::Taken => "taken",
        }
    }
}
