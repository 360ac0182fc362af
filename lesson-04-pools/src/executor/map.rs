//! `map`: one result for each item, in order.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use smallvec::SmallVec;

use super::error::{Error, Outcome};
use super::handle::JobHandle;

/// The items of a chunk, or their outcomes. Nearly always it is one, which needs no memory of its own.
pub(super) type Chunk<T> = SmallVec<[T; 1]>;

/// A chunk's job.
type ChunkJob<R> = JobHandle<Chunk<Outcome<R>>>;

/// Submits a chunk to the pool.
type Submit<'pool, I, R> = Box<dyn FnMut(Chunk<I>) -> Result<ChunkJob<R>, Error> + 'pool>;

/// The results of [`map`](super::ThreadPool::map), one for each item and in the order of the items.
///
/// Nothing happens before the first one is asked for. Then all items are submitted at once, unless
/// [`bounded`](Map::bounded) says otherwise. `collect::<Result<Vec<_>, _>>()` ends with the first error. When it is
/// dropped, jobs that have not begun are cancelled.
#[must_use = "it does nothing until it is iterated over"]
pub struct Map<'pool, I: Iterator, R> {
    items: I,
    submit: Submit<'pool, I::Item, R>,
    chunk_size: usize,
    most_ahead: usize,
    patience: Option<Duration>,
    /// Known as soon as the first result is asked for.
    deadline: Option<Instant>,
    ahead: Ahead<R>,
    ready: smallvec::IntoIter<[Outcome<R>; 1]>,
    over: bool,
}

/// The jobs that are submitted and not yet asked for. Each is a number of items and their job, or the reason why it could
/// not be submitted. Those that have not begun are cancelled on drop.
struct Ahead<R>(VecDeque<(usize, Result<ChunkJob<R>, Error>)>);

impl<R> Drop for Ahead<R> {
    fn drop(&mut self) {
        for job in self.0.iter().filter_map(|(_, job)| job.as_ref().ok()) {
            job.cancel();
        }
    }
}

impl<'pool, I: Iterator, R> Map<'pool, I, R> {
    pub(super) fn new(
        items: I,
        submit: impl FnMut(Chunk<I::Item>) -> Result<ChunkJob<R>, Error> + 'pool,
    ) -> Self {
        Map {
            items,
            submit: Box::new(submit),
            chunk_size: 1,
            most_ahead: usize::MAX,
            patience: None,
            deadline: None,
            ahead: Ahead(VecDeque::new()),
            ready: Chunk::new().into_iter(),
            over: false,
        }
    }

    /// Makes one job of `size` items: for items that take less time than a journey through the queue.
    ///
    /// # Panics
    /// When it is 0.
    pub fn chunks(mut self, size: usize) -> Self {
        assert!(size > 0, "a chunk has at least one item");
        self.chunk_size = size;
        self
    }

    /// Ends after `patience`, counted from when the first result is asked for: [`Error::Timeout`] then comes in place of
    /// the next result, and is the last.
    pub fn timeout(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// Submits at most `most` jobs that are not yet asked for. Items beyond are not even taken from the iterator, so it
    /// may be endless.
    ///
    /// # Panics
    /// When it is 0.
    pub fn bounded(mut self, most: usize) -> Self {
        assert!(most > 0, "without any job there would be no result");
        self.most_ahead = most;
        self
    }

    fn submit_more(&mut self) {
        while self.ahead.0.len() < self.most_ahead {
            let chunk: Chunk<_> = self.items.by_ref().take(self.chunk_size).collect();
            if chunk.is_empty() {
                return;
            }

            let items = chunk.len();
            let job = (self.submit)(chunk);
            self.ahead.0.push_back((items, job));
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
            if let Some((_, Ok(job))) = self.ahead.0.front_mut()
                && !job.wait(self.deadline)
            {
                self.over = true;
                self.ahead = Ahead(VecDeque::new());
                return Some(Err(Error::Timeout));
            }

            let (items, job) = self.ahead.0.pop_front()?;
            let outcomes = job.and_then(JobHandle::result);

            // Where the whole chunk is lost: as many errors as it had items.
            let lost = |error: Error| (0..items).map(|_| Err(error.clone())).collect();
            self.ready = outcomes.unwrap_or_else(lost).into_iter();
        }
    }
}
