//! The seats at a queue: how many workers are there, and whose seat is free. A seat is the right to do a job. Whoever takes
//! that of a worker that sleeps works in its place, and it sleeps on: so there are never more at work than the pool has
//! workers.

use std::collections::VecDeque;

use super::error::Fail;
use super::lock;
use super::queue::{Incoming, Queue};

impl<J> Incoming<J> {
    /// Whether a job waits, or workers are to hear of the end.
    fn needs_workers(&self, outgoing: &VecDeque<J>) -> bool {
        !outgoing.is_empty() || !self.jobs.is_empty() || self.ended.is_some()
    }
}

impl<J: Fail> Queue<J> {
    /// Takes the seat of a worker that sleeps, if no job waits for it. (As long as one sleeps and is not called, there are as
    /// many awake as jobs wait.)
    pub(crate) fn take_seat(&self) -> bool {
        let mut incoming = lock(&self.incoming);
        let free = incoming.sleeping > 0 && incoming.ended.is_none();
        if free {
            incoming.sleeping -= 1;
        }
        free
    }

    /// Gives a seat back. If there is a job by now, or an end, its worker is called.
    pub(crate) fn leave_seat(&self) {
        let outgoing = lock(&self.outgoing);
        let mut incoming = lock(&self.incoming);
        if incoming.needs_workers(&outgoing) {
            incoming.called += 1;
            drop((incoming, outgoing));
            self.changed.notify_one();
        } else {
            incoming.sleeping += 1;
        }
    }

    /// Gives a seat back, and with it a job that has begun: it comes before all others, whatever has ended.
    pub(crate) fn push_begun(&self, job: J) {
        lock(&self.outgoing).push_front(job);
        self.leave_seat();
    }

    /// Whether whoever has a seat and does not use it should give it back.
    pub(crate) fn wants_seats(&self) -> bool {
        let outgoing = lock(&self.outgoing);
        lock(&self.incoming).needs_workers(&outgoing)
    }

    pub(crate) fn alive(&self) -> usize {
        lock(&self.incoming).alive
    }
}
