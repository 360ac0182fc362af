//! The queue between those who submit jobs and those who do them. Both pools have one.

use std::collections::VecDeque;

use super::error::{Error, Fail};
use super::lock;
use super::spin::look_for;
use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Condvar, Mutex};

pub(super) struct Inner<J> {
    pub(super) jobs: VecDeque<J>,
    /// Workers that sleep and have not been called, and calls that nobody has woken up to. Neither counts one whose seat is
    /// taken; see `seats`.
    pub(super) sleeping: usize,
    pub(super) called: usize,
    /// One of them is awake and looks for a job. It needs no call.
    looking: bool,
    /// Workers that were started, or are just being started, and have not left.
    pub(super) alive: usize,
    /// No more jobs come, and why.
    pub(super) ended: Option<Error>,
}

pub(crate) struct Queue<J> {
    pub(super) inner: Mutex<Inner<J>>,
    /// Jobs that have come so far: for the worker that looks, and cannot look at what is locked.
    came: AtomicUsize,
    /// Wakes a worker: there is a job, or there will be none.
    pub(super) changed: Condvar,
    /// Wakes those who wait for the end: the last worker has left.
    pub(super) deserted: Condvar,
    most_workers: usize,
    /// Whether a worker looks for a job before it sleeps.
    looks: bool,
}

impl<J: Fail> Queue<J> {
    pub(crate) fn new(most_workers: usize, looks: bool) -> Queue<J> {
        let inner =
            Inner { jobs: VecDeque::new(), sleeping: 0, called: 0, looking: false, alive: 0, ended: None };
        let (changed, deserted) = (Condvar::new(), Condvar::new());
        Queue { inner: Mutex::new(inner), came: AtomicUsize::new(0), changed, deserted, most_workers, looks }
    }

    /// Adds a job, and calls a worker that sleeps. If none does and there may be one more, its number is given
    /// back: the caller has to start it.
    pub(crate) fn push(&self, job: J) -> Result<Option<usize>, Error> {
        let mut inner = lock(&self.inner);
        if let Some(error) = &inner.ended {
            return Err(error.clone());
        }
        inner.jobs.push_back(job);
        // Nobody decides anything by this number, so its order does not matter.
        self.came.store(self.came.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
        if inner.looking && inner.jobs.len() == 1 {
            return Ok(None);
        }
        if inner.sleeping > 0 {
            // Counted here and not by the worker when it wakes: ten quick jobs must not all call the same one.
            inner.sleeping -= 1;
            inner.called += 1;
            drop(inner);
            self.changed.notify_one();
        } else if inner.alive < self.most_workers {
            inner.alive += 1;
            return Ok(Some(inner.alive));
        }
        Ok(None)
    }

    /// The next job, waited for if need be; `None` when no more will come.
    pub(crate) fn pop(&self) -> Option<J> {
        let mut inner = lock(&self.inner);
        let mut has_looked = !self.looks;
        loop {
            if let Some(job) = inner.jobs.pop_front() {
                return Some(job);
            }
            if inner.ended.is_some() {
                return None;
            }
            if inner.looking || has_looked {
                inner.sleeping += 1;
                // It may wake without a reason, or find that another worker was faster: so the loop looks again. Nobody
                // stays counted who does not sleep: it would be called for a job, and no worker started.
                inner = super::sleep(&self.changed, inner, None)?;
                while inner.called + inner.sleeping == 0 {
                    inner = super::sleep(&self.changed, inner, None)?;
                }
                if inner.called > 0 { inner.called -= 1 } else { inner.sleeping -= 1 }
            } else {
                // One is enough, and more would only take the core from those who work.
                inner.looking = true;
                let came = self.came.load(Ordering::Relaxed);
                drop(inner);
                has_looked = !look_for(|| self.came.load(Ordering::Relaxed) != came);
                inner = lock(&self.inner);
                inner.looking = false;
            }
        }
    }

    /// From now on `push` fails with `error`; the first reason stays. Jobs that are here already will be done.
    pub(crate) fn end(&self, error: Error) {
        lock(&self.inner).ended.get_or_insert(error);
        self.changed.notify_all();
    }

    /// Tells all jobs that have not begun that they never will.
    pub(crate) fn fail_all(&self, error: &Error) {
        let mut inner = lock(&self.inner);
        let (begun, jobs): (_, VecDeque<J>) =
            std::mem::take(&mut inner.jobs).into_iter().partition(J::has_begun);
        inner.jobs = begun;
        // Out of the lock first: a job's callbacks may do anything.
        drop(inner);
        for job in jobs {
            job.fail(error.clone());
        }
    }
}
