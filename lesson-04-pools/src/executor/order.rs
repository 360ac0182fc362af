//! What stands in the queue of a process pool: tasks, and the promise of their outcomes.

use super::error::{Error, Outcome};
use super::job::Promise;
use super::queue::Fail;
use super::worker::{Answer, Task};

/// Who waits for the outcome.
pub(super) enum Reply<O> {
    /// The handle of one task.
    One(Promise<O>),
    /// The handle of a chunk of `map`.
    Chunk(Promise<Vec<Outcome<O>>>),
}

/// Tasks that travel together.
pub(super) struct Order<T: Task> {
    pub(super) tasks: Vec<T>,
    pub(super) reply: Reply<T::Output>,
}

impl<T: Task> Order<T> {
    /// A worker begins, unless it was cancelled meanwhile.
    pub(super) fn start(&self) -> bool {
        match &self.reply {
            Reply::One(promise) => promise.start(),
            Reply::Chunk(promise) => promise.start(),
        }
    }

    pub(super) fn finish(self, answer: Answer<T::Output>) {
        match self.reply {
            Reply::One(promise) => {
                let one = |mut outcomes: Vec<_>| outcomes.pop().unwrap_or(Err(Error::Cancelled));
                promise.0.finish(answer.and_then(one));
            }
            Reply::Chunk(promise) => promise.0.finish(answer),
        }
    }
}

impl<T: Task> Fail for Order<T> {
    fn fail(self, error: Error) {
        match self.reply {
            Reply::One(promise) => promise.0.end(error),
            Reply::Chunk(promise) => promise.0.end(error),
        };
    }
}
