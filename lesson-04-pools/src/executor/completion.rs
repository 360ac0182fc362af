//! Which of several jobs is done. A job has one place for a waker, the same that `job.await` uses. Here the waker of each
//! job puts the job's place into one queue.

use std::collections::VecDeque;
use std::task::{Wake, Waker};
use std::time::Instant;

use super::park::{lock, wait_until};
use crate::sync::{Arc, Condvar, Mutex};

/// The places of the jobs that are done, in the order in which they were.
#[derive(Default)]
pub(super) struct CompletionQueue {
    done: Mutex<VecDeque<usize>>,
    changed: Condvar,
}

/// Tells a queue that the job at its place is done.
struct CompletionWaker {
    place: usize,
    queue: Arc<CompletionQueue>,
}

impl CompletionQueue {
    pub(super) fn push(&self, place: usize) {
        lock(&self.done).push_back(place);
        self.changed.notify_one();
    }

    /// Returns a waker for the job at this place.
    pub(super) fn waker(self: &Arc<Self>, place: usize) -> Waker {
        let queue = Arc::clone(self);
        Waker::from(Arc::new(CompletionWaker { place, queue }))
    }

    /// Waits for the next job that is done. Returns `None` when the deadline comes first.
    pub(super) fn next(&self, deadline: Option<Instant>) -> Option<usize> {
        let mut done = lock(&self.done);
        loop {
            if let Some(place) = done.pop_front() {
                return Some(place);
            }
            done = wait_until(&self.changed, done, deadline)?;
        }
    }
}

impl Wake for CompletionWaker {
    fn wake(self: Arc<Self>) {
        self.queue.push(self.place);
    }
}
