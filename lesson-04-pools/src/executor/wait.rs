//! Waiting for several jobs: for each as it completes, or for the first, or for all.

use std::time::{Duration, Instant};

use super::bell::{Board, listen};
use super::error::Error;
use super::handle::JobHandle;
use crate::sync::Arc;

/// The jobs of a list as they complete; see [`as_completed`].
#[must_use = "it does nothing until it is iterated over"]
pub struct AsCompleted<T> {
    /// A job that was given out leaves its place empty: nothing of it is kept here.
    jobs: Vec<Option<JobHandle<T>>>,
    left: usize,
    board: Arc<Board>,
    deadline: Option<Instant>,
}

/// Gives the jobs back one by one, each when it is done: `result()` then does not wait.
pub fn as_completed<T>(jobs: impl IntoIterator<Item = JobHandle<T>>) -> AsCompleted<T> {
    let jobs: Vec<_> = jobs.into_iter().map(Some).collect();
    AsCompleted {
        left: jobs.len(),
        board: listen(&jobs),
        jobs,
        deadline: None,
    }
}

/// As [`as_completed`], for at most this long, all together. When the time is up, it gives [`Error::Timeout`] once and
/// ends. The jobs go on.
pub fn as_completed_timeout<T>(
    jobs: impl IntoIterator<Item = JobHandle<T>>,
    patience: Duration,
) -> impl Iterator<Item = Result<JobHandle<T>, Error>> {
    let mut jobs = as_completed(jobs);
    jobs.deadline = Instant::now().checked_add(patience);
    std::iter::from_fn(move || match jobs.next() {
        Some(job) => Some(Ok(job)),
        None => (std::mem::take(&mut jobs.left) > 0).then_some(Err(Error::Timeout)),
    })
}

impl<T> Iterator for AsCompleted<T> {
    type Item = JobHandle<T>;

    fn next(&mut self) -> Option<JobHandle<T>> {
        if self.left == 0 {
            return None;
        }
        let place = self.board.next(self.deadline)?;
        self.left -= 1;
        self.jobs[place].take()
    }
}

/// What [`wait`] waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnWhen {
    /// One job is done.
    FirstCompleted,
    /// One job has failed ([`Error::Panicked`] or [`Error::Broken`]), or all are done.
    FirstFailed,
    /// All are done.
    AllCompleted,
}

/// Waits for jobs, for ever or at most so long, and gives back those that are done and those that are not, each in the
/// order in which they came.
pub fn wait<T>(
    jobs: impl IntoIterator<Item = JobHandle<T>>,
    until: ReturnWhen,
    patience: Option<Duration>,
) -> (Vec<JobHandle<T>>, Vec<JobHandle<T>>) {
    let jobs: Vec<_> = jobs.into_iter().map(Some).collect();
    let deadline = patience.and_then(|patience| Instant::now().checked_add(patience));
    let board = listen(&jobs);
    for _ in 0..jobs.len() {
        let Some(place) = board.next(deadline) else {
            break;
        };
        let failed = || jobs[place].as_ref().is_some_and(JobHandle::has_failed);
        if until == ReturnWhen::FirstCompleted || until == ReturnWhen::FirstFailed && failed() {
            break;
        }
    }
    jobs.into_iter().flatten().partition(JobHandle::is_done)
}
