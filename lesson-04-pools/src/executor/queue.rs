//! The queue between the callers that submit jobs and the workers that do them. Both pools have one.
//!
//! A worker without a job spins for a moment, then it parks. Each job that comes wakes one worker more, as long as there
//! are some that are parked. A worker's right to do a job is a *permit*: a caller that takes the permit of a parked worker
//! may work in its place, and that worker stays parked. So there are never more at work than the pool has workers.

use std::collections::VecDeque;
use std::mem::{swap, take};

use super::error::Error;
use super::park::{lock, spin_until, wait};
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Condvar, Mutex, MutexGuard};

/// The turns that a worker spins before it parks: it is to be awake when a caller that was woken comes with a next job.
const TURNS: usize = if cfg!(test) { 1 } else { 6 };

/// Jobs in the order in which they came. Callers append to what is `incoming`; workers take what is `outgoing`, and when
/// that is empty, all that came meanwhile. So they are seldom in each other's way. A cancelled job stays where it is until
/// a worker takes it out and finds it done, so the queue may be longer than the work that waits.
pub(crate) struct Queue<J> {
    /// Taken before `incoming` where both are needed.
    outgoing: Mutex<VecDeque<J>>,
    incoming: Mutex<Incoming<J>>,
    /// A worker is awake and spins until this is false. It changes under the lock of `incoming`.
    spinning: AtomicBool,
    /// Wakes a worker: there is a job, or there will be none.
    changed: Condvar,
    /// Wakes those that wait for the last worker to leave.
    left: Condvar,
    most_workers: usize,
    /// Workers spin before they park.
    spins: bool,
}

struct Incoming<J> {
    jobs: VecDeque<J>,
    /// The workers that are parked, have not been woken, and whose permit is free.
    parked: usize,
    /// The wakeups that no worker has heard yet.
    wakeups: usize,
    /// The workers that were started, or are just being started, and have not left.
    workers: usize,
    /// Why no more jobs come.
    closed: Option<Error>,
}

/// The worker that comes for a job that was pushed.
#[derive(PartialEq)]
pub(crate) enum Next {
    /// One that was spinning.
    Spinning,
    /// One that was woken, or is at work.
    Later,
    /// One that the caller has to start; its number.
    New(usize),
}

/// A job in a queue.
pub(crate) trait Queued {
    /// Ends the job, which will not be done.
    fn fail(self, error: Error);

    /// Whether a worker has taken its work, so that it is too late to fail. Not so for a job that was cancelled while it
    /// waited, which stays in the queue until a worker takes it out.
    fn has_begun(&self) -> bool {
        false
    }
}

impl<J> Incoming<J> {
    /// Whether a job waits, or workers are to hear of the end.
    fn needs_workers(&self, outgoing: &VecDeque<J>) -> bool {
        !outgoing.is_empty() || !self.jobs.is_empty() || self.closed.is_some()
    }
}

impl<J> Queue<J> {
    pub(crate) fn new(most_workers: usize, spins: bool) -> Queue<J> {
        let incoming = Incoming {
            jobs: VecDeque::new(),
            parked: 0,
            wakeups: 0,
            workers: 0,
            closed: None,
        };
        Queue {
            outgoing: Mutex::new(VecDeque::new()),
            incoming: Mutex::new(incoming),
            spinning: AtomicBool::new(false),
            changed: Condvar::new(),
            left: Condvar::new(),
            most_workers,
            spins,
        }
    }

    /// Adds a job, unless the queue is closed.
    pub(crate) fn push(&self, job: J) -> Result<Next, Error> {
        let mut incoming = lock(&self.incoming);
        if let Some(error) = &incoming.closed {
            return Err(error.clone());
        }

        incoming.jobs.push_back(job);
        if self.spinning.load(Ordering::Relaxed) {
            // It comes for this job, and not for the next one as well.
            self.spinning.store(false, Ordering::Relaxed);
            return Ok(Next::Spinning);
        }

        if incoming.parked > 0 {
            // Counted here and not by the worker when it wakes: ten quick jobs must not all wake the same one.
            incoming.parked -= 1;
            incoming.wakeups += 1;
            drop(incoming);
            self.changed.notify_one();
        } else if incoming.workers < self.most_workers {
            incoming.workers += 1;
            return Ok(Next::New(incoming.workers));
        }
        Ok(Next::Later)
    }

    /// Returns the next job, waited for if need be; `None` when no more will come.
    pub(crate) fn pop(&self) -> Option<J> {
        let mut has_spun = !self.spins;
        loop {
            let mut outgoing = lock(&self.outgoing);
            if let Some(job) = outgoing.pop_front() {
                return Some(job);
            }

            let mut incoming = lock(&self.incoming);
            if !incoming.jobs.is_empty() {
                swap(&mut *outgoing, &mut incoming.jobs);
                return outgoing.pop_front();
            }
            if incoming.closed.is_some() {
                return None;
            }

            drop(outgoing);
            has_spun = self.spin_then_park(incoming, has_spun);
        }
    }

    /// Spins for a moment, if it has not and no other worker does, or else parks. Returns whether it has spun in vain.
    fn spin_then_park(&self, mut incoming: MutexGuard<'_, Incoming<J>>, has_spun: bool) -> bool {
        // One that spins is enough, and more would only take the core from those at work.
        if !has_spun && !self.spinning.load(Ordering::Relaxed) {
            self.spinning.store(true, Ordering::Relaxed);
            drop(incoming);
            if spin_until(TURNS, || !self.spinning.load(Ordering::Relaxed)) {
                return false;
            }

            let _changes = lock(&self.incoming);
            self.spinning.store(false, Ordering::Relaxed);
            return true;
        }

        incoming.parked += 1;
        // Parked on as long as its permit is taken. It may wake without a reason, or find that another was faster: then it
        // checks again. A worker that is not parked must not stay counted: it would be woken in vain.
        while {
            incoming = wait(&self.changed, incoming);
            incoming.wakeups + incoming.parked == 0
        } {}

        if incoming.wakeups > 0 {
            incoming.wakeups -= 1;
        } else {
            incoming.parked -= 1;
        }
        has_spun
    }

    /// Has `push` fail with `error` from now on; the first reason stays. Jobs that are here already will be done.
    pub(crate) fn close(&self, error: Error) {
        let mut incoming = lock(&self.incoming);
        incoming.closed.get_or_insert(error);
        // No job comes for the worker that spins.
        self.spinning.store(false, Ordering::Relaxed);
        drop(incoming);
        self.changed.notify_all();
    }

    pub(crate) fn workers(&self) -> usize {
        lock(&self.incoming).workers
    }

    /// Counts out a worker that has left, or could not be started.
    pub(crate) fn leave(&self) {
        lock(&self.incoming).workers -= 1;
        self.left.notify_all();
    }

    /// Waits until the last worker has left.
    pub(crate) fn wait_until_left(&self) {
        let mut incoming = lock(&self.incoming);
        while incoming.workers > 0 {
            incoming = wait(&self.left, incoming);
        }
    }
}

impl<J: Queued> Queue<J> {
    /// Takes out all jobs that have not begun, cancelled ones among them. The caller ends them without a lock: their callbacks may do anything.
    pub(crate) fn take_pending(&self) -> VecDeque<J> {
        let mut outgoing = lock(&self.outgoing);
        let incoming = take(&mut lock(&self.incoming).jobs);
        let jobs = take(&mut *outgoing).into_iter().chain(incoming);

        let (begun, pending) = jobs.partition(J::has_begun);
        *outgoing = begun;
        pending
    }

    /// Ends all jobs that have not begun.
    pub(crate) fn fail_pending(&self, error: &Error) {
        for job in self.take_pending() {
            job.fail(error.clone());
        }
    }

    /// Takes no more jobs, and ends all that have not begun: there is no worker to do them.
    pub(super) fn give_up(&self, error: &Error) {
        self.close(error.clone());
        self.fail_pending(error);
    }

    /// Takes the permit of a worker that is parked. Returns false if there is none: then jobs may be waiting. (As long as
    /// one is parked and not woken, there are as many awake as jobs wait.)
    pub(crate) fn try_take_permit(&self) -> bool {
        let mut incoming = lock(&self.incoming);
        let free = incoming.parked > 0 && incoming.closed.is_none();
        if free {
            incoming.parked -= 1;
        }

        free
    }

    /// Returns a permit. If there is a job by now, or an end, its worker is woken.
    pub(crate) fn return_permit(&self) {
        let outgoing = lock(&self.outgoing);
        let mut incoming = lock(&self.incoming);
        if incoming.needs_workers(&outgoing) {
            incoming.wakeups += 1;
            drop((incoming, outgoing));
            self.changed.notify_one();
        } else {
            incoming.parked += 1;
        }
    }

    /// Returns a permit, and with it a job that has begun: it comes before all others, even if the queue is closed.
    pub(crate) fn return_permit_with(&self, job: J) {
        lock(&self.outgoing).push_front(job);
        self.return_permit();
    }

    /// Whether permits that are not used should be returned.
    pub(crate) fn needs_permits(&self) -> bool {
        let outgoing = lock(&self.outgoing);
        lock(&self.incoming).needs_workers(&outgoing)
    }
}
