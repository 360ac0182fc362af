//! Typed messages between a parent and its workers, and an error that says whose message made no sense.
//!
//! A worker is another program. What it sends is checked like anything else that comes from outside: a frame that is
//! cut, too long, of another version or not a frame at all is an error with the worker's name in it.

use std::fmt;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;

use common::frame::{self, FrameError};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A worker's failure, with the worker's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerError {
    pub worker: String,
    /// The act: "sent nothing", "was killed by signal 9 (SIGKILL)".
    pub why: String,
}

impl WorkerError {
    pub(crate) fn new(worker: &str, why: impl fmt::Display) -> WorkerError {
        WorkerError {
            worker: worker.to_owned(),
            why: why.to_string(),
        }
    }
}

impl fmt::Display for WorkerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.worker, self.why)
    }
}

impl std::error::Error for WorkerError {}

/// Sends one message.
pub fn send(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let bytes = postcard::to_stdvec(message).map_err(io::Error::other)?;
    Ok(frame::write(to, &bytes)?)
}

/// Receives one message; `None` where the pipe ended between two messages.
pub fn receive<T: DeserializeOwned>(
    from: &mut impl Read,
    sender: &str,
) -> Result<Option<T>, WorkerError> {
    decoded(frame::read(from), sender)
}

/// Receives one message whose rest comes within [`frame::PATIENCE`] once it has begun. A parent ends a worker that does
/// not go on; nothing ends a parent.
pub fn receive_whole<T: DeserializeOwned>(
    from: &mut (impl Read + AsFd),
    sender: &str,
) -> Result<Option<T>, WorkerError> {
    decoded(frame::read_within(from, frame::PATIENCE), sender)
}

fn decoded<T: DeserializeOwned>(
    bytes: Result<Option<Vec<u8>>, FrameError>,
    sender: &str,
) -> Result<Option<T>, WorkerError> {
    let bytes = bytes.map_err(|why| WorkerError::new(sender, format_args!("sent {why}")))?;
    let Some(bytes) = bytes else { return Ok(None) };

    match postcard::take_from_bytes(&bytes) {
        Ok((message, [])) => Ok(Some(message)),
        Ok((_, rest)) => Err(WorkerError::new(
            sender,
            format_args!("sent {} bytes more than the message has", rest.len()),
        )),
        Err(why) => Err(WorkerError::new(
            sender,
            format_args!("sent a message that cannot be read: {why}"),
        )),
    }
}
