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

/// What went wrong with a worker, with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerError {
    /// The worker.
    pub who: String,
    /// What it did: "sent nothing", "was killed by signal 9 (SIGKILL)".
    pub why: String,
}

impl fmt::Display for WorkerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.who, self.why)
    }
}

impl std::error::Error for WorkerError {}

impl WorkerError {
    pub(crate) fn new(who: &str, why: impl fmt::Display) -> WorkerError {
        WorkerError {
            who: who.to_owned(),
            why: why.to_string(),
        }
    }
}

/// Sends one message.
///
/// # Errors
/// What the pipe says, or that the message is longer than a frame may be.
pub fn send(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let bytes = postcard::to_stdvec(message).map_err(io::Error::other)?;
    Ok(frame::write(to, &bytes)?)
}

/// Receives one message from `who`; `None` where the pipe ended between two messages.
///
/// # Errors
/// When it is no whole frame, or the bytes in it are not exactly one `T`.
pub fn receive<T: DeserializeOwned>(
    from: &mut impl Read,
    who: &str,
) -> Result<Option<T>, WorkerError> {
    understood(frame::read(from), who)
}

/// The same for a parent that hears from a worker. A parent ends its workers, but nobody ends a parent: so it does not
/// wait for ever for the rest of a message that has begun.
///
/// # Errors
/// As [`receive`], and when the rest does not come within [`frame::PATIENCE`].
pub fn hear<T: DeserializeOwned>(
    from: &mut (impl Read + AsFd),
    who: &str,
) -> Result<Option<T>, WorkerError> {
    understood(frame::read_within(from, frame::PATIENCE), who)
}

fn understood<T: DeserializeOwned>(
    bytes: Result<Option<Vec<u8>>, FrameError>,
    who: &str,
) -> Result<Option<T>, WorkerError> {
    let bytes = bytes.map_err(|why| WorkerError::new(who, format_args!("sent {why}")))?;
    let Some(bytes) = bytes else { return Ok(None) };
    match postcard::take_from_bytes(&bytes) {
        Ok((message, [])) => Ok(Some(message)),
        Ok((_, rest)) => Err(WorkerError::new(
            who,
            format_args!("sent {} bytes more than the message has", rest.len()),
        )),
        Err(why) => Err(WorkerError::new(
            who,
            format_args!("sent a message that cannot be read: {why}"),
        )),
    }
}
