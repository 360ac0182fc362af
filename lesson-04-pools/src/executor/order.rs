//! What stands in the queue of a process pool: the jobs' tasks as bytes, and who waits for their outcomes.

use super::child::Worker;
use super::chunk::Few;
use super::error::{Error, Fail, Outcome};
use super::job::Cell;
use super::lock;
use super::state::Stage;
use super::work::Work;
use super::worker::Answer;
use crate::sync::Arc;

/// A job of bytes for another process.
pub(super) type Message<R> = Arc<Cell<R, Work<Vec<u8>>>>;

/// Who waits for the outcome.
pub(super) enum Reply<O> {
    /// The handle of one task.
    One(Message<O>),
    /// The handle of a chunk of `map`.
    Chunk(Message<Few<Outcome<O>>>),
}

/// Tasks that travel together. An order that is dropped is not forgotten: its job then has failed.
pub(super) struct Order<O> {
    pub(super) tasks: usize,
    pub(super) reply: Reply<O>,
    pub(super) begun: Option<Begun>,
}

/// The bytes for a worker, and the worker that has them, if one does.
pub(super) struct Begun {
    pub(super) message: Vec<u8>,
    pub(super) worker: Option<Box<Worker>>,
    /// How often it has been tried in vain, see `retries`.
    pub(super) tries: usize,
}

impl<O> Order<O> {
    /// From now on it cannot be cancelled. `None`: it was.
    pub(super) fn start(&mut self) -> Option<Begun> {
        if let Some(begun) = self.begun.take() {
            return Some(begun);
        }
        let message = match &self.reply {
            Reply::One(cell) => cell.start(),
            Reply::Chunk(cell) => cell.start(),
        };
        message.map(|message| Begun {
            message,
            worker: None,
            tries: 0,
        })
    }

    /// Whether the worker that has it has answered.
    pub(super) fn has_answer(&self) -> bool {
        let worker = self.begun.as_ref().and_then(|begun| begun.worker.as_ref());
        worker.is_some_and(|worker| worker.has_answer())
    }

    pub(super) fn finish(&self, answer: Answer<O>) {
        match &self.reply {
            Reply::One(cell) => {
                let one = |mut outcomes: Vec<_>| outcomes.pop().unwrap_or(Err(Error::Cancelled));
                cell.finish(answer.and_then(one));
            }
            Reply::Chunk(cell) => cell.finish(answer.map(Few::from_vec)),
        }
    }
}

impl<O> Fail for Order<O> {
    fn fail(self, error: Error) {
        match &self.reply {
            Reply::One(cell) => cell.end(error),
            Reply::Chunk(cell) => cell.end(error),
        };
    }

    fn has_begun(&self) -> bool {
        self.begun.is_some()
    }
}

/// Only if a thread of ours panics, which it should not.
impl<O> Drop for Order<O> {
    fn drop(&mut self) {
        match &self.reply {
            Reply::One(cell) => lost(cell),
            Reply::Chunk(cell) => lost(cell),
        }
    }
}

fn lost<T>(cell: &Message<T>) {
    let running = matches!(lock(&cell.state).stage, Stage::Running);
    if running {
        cell.finish(Err(Error::Broken("the worker was lost".to_owned())));
    }
}
