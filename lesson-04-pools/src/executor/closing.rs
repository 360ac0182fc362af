//! How a queue ends: no more jobs come, those that wait may be told that they never will be done, and one worker after
//! the other leaves.

use std::collections::VecDeque;
use std::mem::take;

use super::error::{Error, Fail};
use super::queue::Queue;
use super::{lock, sleep};
use crate::sync::atomic::Ordering;

impl<J> Queue<J> {
    /// From now on `push` fails with `error`; the first reason stays. Jobs that are here already will be done.
    pub(crate) fn end(&self, error: Error) {
        let mut incoming = lock(&self.incoming);
        incoming.ended.get_or_insert(error);
        // Who looks for a job need not any more.
        self.looking.store(false, Ordering::Relaxed);
        drop(incoming);
        self.changed.notify_all();
    }

    /// A worker has left, or could not be started.
    pub(crate) fn leave(&self) {
        lock(&self.incoming).alive -= 1;
        self.deserted.notify_all();
    }

    /// Waits until the last worker has left.
    pub(crate) fn wait_until_deserted(&self) {
        let mut incoming = lock(&self.incoming);
        while incoming.alive > 0 {
            incoming = sleep(&self.deserted, incoming, None).expect("there is no deadline");
        }
    }
}

impl<J: Fail> Queue<J> {
    /// Takes out all jobs that have not begun. They are to be told so: with no lock in the hand, as their callbacks may do
    /// anything.
    pub(crate) fn take_waiting(&self) -> VecDeque<J> {
        let mut outgoing = lock(&self.outgoing);
        let waiting = take(&mut *outgoing)
            .into_iter()
            .chain(take(&mut lock(&self.incoming).jobs));
        let (begun, jobs) = waiting.partition(J::has_begun);
        *outgoing = begun;
        jobs
    }

    /// Tells all jobs that have not begun that they never will.
    pub(crate) fn fail_all(&self, error: &Error) {
        for job in self.take_waiting() {
            job.fail(error.clone());
        }
    }
}
