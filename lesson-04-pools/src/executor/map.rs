//! `map`: one result for each item, in order.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::chunk::{Ahead, Few, SubmitChunk};
use super::error::{Error, Outcome};
use super::handle::JobHandle;

/// The results of [`map`](super::ThreadPool::map), one for each item and in the order of the items.
///
/// Nothing happens before the first one is asked for. Then all items are submitted at once, unless
/// [`bounded`](Map::bounded) says otherwise. `collect::<Result<Vec<_>, _>>()` ends with the first error. When it is
/// dropped, jobs that have not begun are cancelled.
#[must_use = "it does nothing until it is iterated over"]
pub struct Map<'pool, I: Iterator, R> {
    items: I,
    submit: SubmitChunk<'pool, I::Item, R>,
    chunk_size: usize,
    most_ahead: usize,
    patience: Option<Duration>,
    /// Known as soon as the first result is asked for.
    deadline: Option<Instant>,
    submitted: Ahead<R>,
    ready: smallvec::IntoIter<[Outcome<R>; 1]>,
    over: bool,
}

impl<'pool, I: Iterator, R> Map<'pool, I, R> {
    pub(super) fn new(items: I, submit: SubmitChunk<'pool, I::Item, R>) -> Self {
        Map {
            items,
            submit,
            chunk_size: 1,
            most_ahead: usize::MAX,
            patience: None,
            deadline: None,
            submitted: Ahead(VecDeque::new()),
            ready: Few::new().into_iter(),
            over: false,
        }
    }

    /// So many items make one job: for items that take less time than a journey through the queue.
    ///
    /// # Panics
    /// When it is 0.
    pub fn chunks(mut self, size: usize) -> Self {
        assert!(size > 0, "a chunk has at least one item");
        self.chunk_size = size;
        self
    }

    /// All results have to be there so long after the first one was asked for. Otherwise [`Error::Timeout`] comes in
    /// place of the next one, and is the last.
    pub fn timeout(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// At most so many jobs are submitted and not yet asked for. Items beyond are not even taken from the iterator,
    /// so it may be endless.
    ///
    /// # Panics
    /// When it is 0.
    pub fn bounded(mut self, most: usize) -> Self {
        assert!(most > 0, "without any job there would be no result");
        self.most_ahead = most;
        self
    }

    fn submit_more(&mut self) {
        while self.submitted.0.len() < self.most_ahead {
            let chunk: Few<_> = self.items.by_ref().take(self.chunk_size).collect();
            if chunk.is_empty() {
                return;
            }
            self.submitted
                .0
                .push_back((chunk.len(), (self.submit)(chunk)));
        }
    }
}

impl<I: Iterator, R> Iterator for Map<'_, I, R> {
    type Item = Outcome<R>;

    fn next(&mut self) -> Option<Outcome<R>> {
        if let Some(patience) = self.patience.take() {
            self.deadline = Instant::now().checked_add(patience);
        }
        loop {
            if let Some(outcome) = self.ready.next() {
                return Some(outcome);
            }
            if self.over {
                return None;
            }
            self.submit_more();
            if let Some((_, Ok(job))) = self.submitted.0.front_mut()
                && !job.wait(self.deadline)
            {
                self.over = true;
                self.submitted = Ahead(VecDeque::new());
                return Some(Err(Error::Timeout));
            }
            let (items, job) = self.submitted.0.pop_front()?;
            let outcomes = job.and_then(JobHandle::result);
            // Where the whole chunk is lost: as many errors as it had items.
            let lost = |error: Error| (0..items).map(|_| Err(error.clone())).collect();
            self.ready = outcomes.unwrap_or_else(lost).into_iter();
        }
    }
}
