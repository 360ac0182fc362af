//! How to hear of several jobs at once. A job has one place for a waker, the same that `job.await` uses. Here the waker
//! of each is a bell, and all of them ring for one board.

use std::collections::VecDeque;
use std::task::{Wake, Waker};
use std::time::Instant;

use super::handle::JobHandle;
use super::lock;
use crate::sync::{Arc, Condvar, Mutex};

/// The places of the jobs that are done, in the order in which they were.
#[derive(Default)]
pub(super) struct Board {
    done: Mutex<VecDeque<usize>>,
    changed: Condvar,
}

impl Board {
    fn add(&self, place: usize) {
        lock(&self.done).push_back(place);
        self.changed.notify_one();
    }

    /// Tells this board that the job at this place is done.
    pub(super) fn bell(self: &Arc<Self>, place: usize) -> Waker {
        Waker::from(Arc::new(Bell {
            place,
            board: Arc::clone(self),
        }))
    }

    pub(super) fn next(&self, deadline: Option<Instant>) -> Option<usize> {
        let mut done = lock(&self.done);
        loop {
            if let Some(place) = done.pop_front() {
                return Some(place);
            }
            done = super::sleep(&self.changed, done, deadline)?;
        }
    }
}

struct Bell {
    place: usize,
    board: Arc<Board>,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.board.add(self.place);
    }
}

/// Has every job ring on one board. Jobs that are done already come first.
pub(super) fn listen<T>(jobs: &[Option<JobHandle<T>>]) -> Arc<Board> {
    let board = Arc::new(Board::default());
    for (place, job) in jobs.iter().enumerate() {
        let bell = board.bell(place);
        if job.as_ref().is_some_and(|job| !job.wake_when_done(&bell)) {
            board.add(place);
        }
    }
    board
}
