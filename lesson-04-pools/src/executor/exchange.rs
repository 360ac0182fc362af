//! What is said to a worker process, and what is made of its answer.

use std::io::ErrorKind;

use common::frame::FrameError;
use serde::de::DeserializeOwned;

use super::child::Worker;
use super::error::catch;
use super::pipes::Pipes;
use super::shared_memory::LARGE;
use super::worker::Answer;

/// Why there is no answer.
pub(super) struct Lost {
    /// Which worker it was and what became of it.
    pub(super) why: String,
    /// It had the whole message.
    pub(super) has_begun: bool,
}

impl Worker {
    /// Whether a message of this length can be sent without waiting.
    pub(super) fn takes_at_once(&self, length: usize) -> bool {
        length <= LARGE
            || self
                .pipes
                .as_ref()
                .is_some_and(|pipes| pipes.large.takes(length))
    }

    /// Sends a message. If that fails, the worker has not begun with it, and is of no more use.
    pub(super) fn send(&mut self, message: &[u8]) -> Result<(), Lost> {
        let sent = self
            .pipes
            .as_mut()
            .expect("it has them until it is reaped")
            .send(message);
        sent.map_err(|error| Lost {
            why: self.failed(error),
            has_begun: false,
        })
    }

    /// Whether there is an answer to be received, or its beginning.
    pub(super) fn has_answer(&self) -> bool {
        self.pipes.as_ref().is_some_and(Pipes::has_answer)
    }

    /// Waits for the answer to a message of so many tasks that it was sent. What comes from another process is checked, not
    /// believed. If there is none, the worker is of no more use.
    pub(super) fn receive<O: DeserializeOwned>(
        &mut self,
        message: &[u8],
        tasks: usize,
    ) -> Result<Answer<O>, Lost> {
        let pipes = self.pipes.as_mut().expect("it has them until it is reaped");
        let received = pipes
            .receive()
            .and_then(|bytes| bytes.ok_or(FrameError::Truncated));
        if received
            .as_ref()
            .is_ok_and(|bytes| bytes.is_empty() && pipes.large.is_refused())
        {
            self.send(message)?;
            return self.receive(message, tasks);
        }
        let answer = received
            .map_err(|error| self.failed(error))
            .and_then(
                |bytes| match catch(|| postcard::from_bytes::<Answer<O>>(&bytes)) {
                    Ok(Ok(Ok(outcomes))) if outcomes.len() != tasks => {
                        Err(self.is_mad("another number of results"))
                    }
                    Ok(Ok(answer)) => Ok(answer),
                    Ok(Err(why)) => Err(self.is_mad(why)),
                    Err(why) => Err(self.is_mad(why)),
                },
            );
        answer.map_err(|why| Lost {
            why,
            has_begun: true,
        })
    }

    fn failed(&mut self, error: FrameError) -> String {
        match error {
            FrameError::Io(error) if error.kind() == ErrorKind::InvalidData => self.is_mad(error),
            FrameError::Io(_) | FrameError::Truncated => self.is_gone(),
            other => self.is_mad(other),
        }
    }
}
