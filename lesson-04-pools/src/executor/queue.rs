//! The queue between those who submit jobs and those who do them. Both pools have one.

use std::collections::VecDeque;
use std::mem::swap;

use super::error::Error;
use super::spin::look_for;
use super::{lock, sleep};
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Condvar, Mutex, MutexGuard, PATIENCE};

pub(super) struct Incoming<J> {
    pub(super) jobs: VecDeque<J>,
    /// Workers that sleep and have not been called. Who has taken a worker's seat has taken it from here, see `seats`.
    pub(super) sleeping: usize,
    /// Calls that no worker has woken up to yet.
    pub(super) called: usize,
    /// Workers that were started, or are just being started, and have not left.
    pub(super) alive: usize,
    /// No more jobs come, and why.
    pub(super) ended: Option<Error>,
}

/// Jobs that came first are done first. Those who submit append to what is `incoming`; workers take what is `outgoing`,
/// and when that is empty, all that came meanwhile. So they are seldom in each other's way.
pub(crate) struct Queue<J> {
    /// Who needs both locks takes this one first.
    pub(super) outgoing: Mutex<VecDeque<J>>,
    pub(super) incoming: Mutex<Incoming<J>>,
    /// A worker is awake, finds no job, and looks at this until it is told to stop. Changed under the lock of `incoming`.
    pub(super) looking: AtomicBool,
    /// Wakes a worker: there is a job, or there will be none.
    pub(super) changed: Condvar,
    /// Wakes those who wait for the end: the last worker has left.
    pub(super) deserted: Condvar,
    most_workers: usize,
    /// Workers look for a job before they sleep.
    looks: bool,
}

/// Who comes for a job that was pushed.
#[derive(PartialEq)]
pub(crate) enum Next {
    /// A worker that is awake and looked for one.
    Looking,
    /// One that was called, or is at work.
    Later,
    /// One that the caller has to start; its number.
    New(usize),
}

impl<J> Queue<J> {
    pub(crate) fn new(most_workers: usize, looks: bool) -> Queue<J> {
        let incoming = Incoming {
            jobs: VecDeque::new(),
            sleeping: 0,
            called: 0,
            alive: 0,
            ended: None,
        };
        let (outgoing, incoming) = (Mutex::new(VecDeque::new()), Mutex::new(incoming));
        let (looking, changed, deserted) = (AtomicBool::new(false), Condvar::new(), Condvar::new());
        Queue {
            outgoing,
            incoming,
            looking,
            changed,
            deserted,
            most_workers,
            looks,
        }
    }

    /// Adds a job. For each job that comes, one worker more is awake, as long as there are some that sleep.
    pub(crate) fn push(&self, job: J) -> Result<Next, Error> {
        let mut incoming = lock(&self.incoming);
        if let Some(error) = &incoming.ended {
            return Err(error.clone());
        }
        incoming.jobs.push_back(job);
        if self.looking.load(Ordering::Relaxed) {
            // It comes for this job, and not for the next one as well.
            self.looking.store(false, Ordering::Relaxed);
            return Ok(Next::Looking);
        }
        if incoming.sleeping > 0 {
            // Counted here and not by the worker when it wakes: ten quick jobs must not all call the same one.
            incoming.sleeping -= 1;
            incoming.called += 1;
            drop(incoming);
            self.changed.notify_one();
        } else if incoming.alive < self.most_workers {
            incoming.alive += 1;
            return Ok(Next::New(incoming.alive));
        }
        Ok(Next::Later)
    }

    /// The next job, waited for if need be; `None` when no more will come.
    pub(crate) fn pop(&self) -> Option<J> {
        let mut has_looked = !self.looks;
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
            if incoming.ended.is_some() {
                return None;
            }
            drop(outgoing);
            has_looked = self.stay(incoming, has_looked);
        }
    }

    /// There is no job: looks for one for a while, or sleeps until it is called. True if it looked in vain.
    fn stay(&self, mut incoming: MutexGuard<'_, Incoming<J>>, has_looked: bool) -> bool {
        // One that looks is enough, and more would only take the core from those who work.
        if !has_looked && !self.looking.load(Ordering::Relaxed) {
            self.looking.store(true, Ordering::Relaxed);
            drop(incoming);
            if look_for(PATIENCE, || !self.looking.load(Ordering::Relaxed)) {
                return false;
            }
            let _changes = lock(&self.incoming);
            self.looking.store(false, Ordering::Relaxed);
            return true;
        }
        incoming.sleeping += 1;
        // As long as somebody else works in its place it sleeps on. It may wake without a reason, or find that another was
        // faster: then it looks again. Nobody stays counted who does not sleep: it would be called in vain.
        while {
            incoming = sleep(&self.changed, incoming, None).expect("there is no deadline");
            incoming.called + incoming.sleeping == 0
        } {}
        let Incoming {
            called, sleeping, ..
        } = &mut *incoming;
        *if *called > 0 { called } else { sleeping } -= 1;
        has_looked
    }
}
