//! The seats at a queue: how many workers are there, and whose seat is free. A seat is the right to do a job. Whoever takes
//! that of a worker that sleeps works in its place, and it sleeps on: so there are never more at work than the pool has
//! workers.

use super::error::Fail;
use super::lock;
use super::queue::Queue;

impl<J: Fail> Queue<J> {
    /// Takes the seat of a worker that sleeps, if no job waits for it.
    pub(crate) fn take_seat(&self) -> bool {
        let mut inner = lock(&self.inner);
        let free = inner.sleeping > 0 && inner.jobs.is_empty() && inner.ended.is_none();
        if free {
            inner.sleeping -= 1;
        }
        free
    }

    /// Gives a seat back. If there is a job by now, or an end, its worker is called.
    pub(crate) fn leave_seat(&self) {
        let mut inner = lock(&self.inner);
        if inner.jobs.is_empty() && inner.ended.is_none() {
            inner.sleeping += 1;
        } else {
            inner.called += 1;
            drop(inner);
            self.changed.notify_one();
        }
    }

    /// Gives a seat back, and with it a job that has begun: it comes before all others, whatever has ended.
    pub(crate) fn push_begun(&self, job: J) {
        lock(&self.inner).jobs.push_front(job);
        self.leave_seat();
    }

    /// Whether whoever has a seat and does not use it should give it back.
    pub(crate) fn wants_seats(&self) -> bool {
        let inner = lock(&self.inner);
        !inner.jobs.is_empty() || inner.ended.is_some()
    }

    /// A worker has left, or could not be started.
    pub(crate) fn leave(&self) {
        lock(&self.inner).alive -= 1;
        self.deserted.notify_all();
    }

    pub(crate) fn alive(&self) -> usize {
        lock(&self.inner).alive
    }

    /// Waits until the last worker has left.
    pub(crate) fn wait_until_deserted(&self) {
        let mut inner = lock(&self.inner);
        while inner.alive > 0 {
            inner = super::sleep(&self.deserted, inner, None).expect("there is no deadline");
        }
    }
}
