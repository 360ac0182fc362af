//! What stands in the queue of a process pool: tasks as bytes, and the slot for their outcome.

use super::child::Worker;
use super::protocol::Answer;
use crate::executor::error::{Error, Outcome};
use crate::executor::job::Slot;
use crate::executor::map::Chunk;
use crate::executor::queue::Queued;
use crate::sync::Arc;

/// The slot of a job whose work is a message of bytes for another process.
pub(super) type MessageSlot<R> = Arc<Slot<R, Option<Vec<u8>>>>;

/// The slot for the outcome.
pub(super) enum Reply<O> {
    /// That of one task.
    One(MessageSlot<O>),
    /// That of a chunk of `map`.
    Chunk(MessageSlot<Chunk<Outcome<O>>>),
}

/// Tasks that travel together. If a request is dropped while a worker has it, its job fails.
pub(super) struct Request<O> {
    pub(super) tasks: usize,
    pub(super) reply: Reply<O>,
    pub(super) in_flight: Option<InFlight>,
}

/// A message that cannot be cancelled any more, and the worker that has it, if one does.
pub(super) struct InFlight {
    pub(super) message: Vec<u8>,
    pub(super) worker: Option<Box<Worker>>,
    /// The tries that were in vain, see `retries`.
    pub(super) tries: usize,
}

impl<O> Request<O> {
    /// Takes the message out: from now on it cannot be cancelled. Returns `None` if it was.
    pub(super) fn begin(&mut self) -> Option<InFlight> {
        if let Some(in_flight) = self.in_flight.take() {
            return Some(in_flight);
        }

        let message = match &self.reply {
            Reply::One(slot) => slot.take_work(),
            Reply::Chunk(slot) => slot.take_work(),
        };

        message.map(|message| InFlight {
            message,
            worker: None,
            tries: 0,
        })
    }

    /// Whether the worker that has it has answered.
    pub(super) fn has_answer(&self) -> bool {
        let in_flight = self.in_flight.as_ref();
        let worker = in_flight.and_then(|in_flight| in_flight.worker.as_ref());

        worker.is_some_and(|worker| worker.has_answer())
    }

    pub(super) fn finish(&self, answer: Answer<O>) {
        match &self.reply {
            Reply::One(slot) => {
                let one = |mut outcomes: Vec<_>| outcomes.pop().unwrap_or(Err(Error::Cancelled));
                slot.finish(answer.and_then(one));
            }
            Reply::Chunk(slot) => slot.finish(answer.map(Chunk::from_vec)),
        }
    }
}

impl<O> Queued for Request<O> {
    fn fail(self, error: Error) {
        match &self.reply {
            Reply::One(slot) => slot.end(error),
            Reply::Chunk(slot) => slot.end(error),
        };
    }

    fn has_begun(&self) -> bool {
        self.in_flight.is_some()
    }
}

/// Only if a thread of the pool panics, which it should not, a job is still running here.
impl<O> Drop for Request<O> {
    fn drop(&mut self) {
        match &self.reply {
            Reply::One(slot) => fail_if_running(slot),
            Reply::Chunk(slot) => fail_if_running(slot),
        }
    }
}

fn fail_if_running<T>(slot: &MessageSlot<T>) {
    if slot.is_running() {
        slot.finish(Err(Error::Broken("the worker was lost".to_owned())));
    }
}
