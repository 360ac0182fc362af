//! Waiting for several jobs: for each as it completes, or for the first, or for all.

use std::time::{Duration, Instant};

use super::completion::CompletionQueue;
use super::error::Error;
use super::handle::JobHandle;
use crate::sync::Arc;

/// The jobs of a list as they complete; see [`as_completed`].
#[must_use = "it does nothing until it is iterated over"]
pub struct AsCompleted<T> {
    /// A job that was handed out leaves its place empty: nothing of it is kept here.
    jobs: Vec<Option<JobHandle<T>>>,
    left: usize,
    completions: Arc<CompletionQueue>,
    deadline: Option<Instant>,
}

/// Returns the jobs one by one, each when it is done: `result()` then does not wait.
pub fn as_completed<T>(jobs: impl IntoIterator<Item = JobHandle<T>>) -> AsCompleted<T> {
    let jobs: Vec<_> = jobs.into_iter().map(Some).collect();
    AsCompleted {
        left: jobs.len(),
        completions: completions(&jobs),
        jobs,
        deadline: None,
    }
}

/// Returns the jobs as [`as_completed`] does, for at most `patience`, all together. When the time is up, it returns
/// [`Error::Timeout`] once and ends. The jobs go on.
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
        let place = self.completions.next(self.deadline)?;
        self.left -= 1;
        self.jobs[place].take()
    }
}

/// The event that [`wait`] waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnWhen {
    /// One job is done.
    FirstCompleted,
    /// One job has failed ([`Error::Panicked`] or [`Error::Broken`]), or all are done.
    FirstFailed,
    /// All are done.
    AllCompleted,
}

/// Waits for jobs, at most for `patience` if there is one. Returns those that are done and those that are not, each in
/// the order in which they came.
pub fn wait<T>(
    jobs: impl IntoIterator<Item = JobHandle<T>>,
    until: ReturnWhen,
    patience: Option<Duration>,
) -> (Vec<JobHandle<T>>, Vec<JobHandle<T>>) {
    let jobs: Vec<_> = jobs.into_iter().map(Some).collect();
    let deadline = patience.and_then(|patience| Instant::now().checked_add(patience));
    let completions = completions(&jobs);

    for _ in 0..jobs.len() {
        let Some(place) = completions.next(deadline) else {
            break;
        };

        let failed = || jobs[place].as_ref().is_some_and(JobHandle::has_failed);
        if until == ReturnWhen::FirstCompleted || until == ReturnWhen::FirstFailed && failed() {
            break;
        }
    }

    jobs.into_iter().flatten().partition(JobHandle::is_done)
}

/// Returns a queue that every job is put into when it is done. Jobs that are done already come first.
fn completions<T>(jobs: &[Option<JobHandle<T>>]) -> Arc<CompletionQueue> {
    let queue = Arc::new(CompletionQueue::default());
    for (place, job) in jobs.iter().enumerate() {
        let waker = queue.waker(place);
        if job.as_ref().is_some_and(|job| !job.wake_when_done(&waker)) {
            queue.push(place);
        }
    }
    queue
}
