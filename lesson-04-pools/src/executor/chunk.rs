//! What `map` is made of: items that make one job together, and the jobs that are under way.

use std::collections::VecDeque;

use smallvec::SmallVec;

use super::error::{Error, Outcome};
use super::handle::JobHandle;

/// A chunk is nearly always one item. This keeps one in itself, and only more of them elsewhere.
pub(super) type Few<T> = SmallVec<[T; 1]>;

/// The outcomes of a chunk of items.
pub(super) type Chunk<R> = JobHandle<Few<Outcome<R>>>;

/// Makes a job of a chunk.
pub(super) type SubmitChunk<'pool, I, R> =
    Box<dyn FnMut(Few<I>) -> Result<Chunk<R>, Error> + 'pool>;

/// Jobs that are submitted and not yet asked for. Nobody wants those that are dropped with it. Each is a
/// number of items and their job, or why they could not be submitted.
pub(super) struct Ahead<R>(pub(super) VecDeque<(usize, Result<Chunk<R>, Error>)>);

impl<R> Drop for Ahead<R> {
    fn drop(&mut self) {
        for job in self.0.iter().filter_map(|(_, job)| job.as_ref().ok()) {
            job.cancel();
        }
    }
}
