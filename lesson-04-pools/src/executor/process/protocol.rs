//! What the pool and its workers say to each other: tasks there, outcomes back, all as bytes.

use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::executor::error::{Error, Outcome, catch_panic};
use crate::executor::park::lock;
use crate::sync::Mutex;

/// The environment variable that tells a worker the process id of its pool.
pub(super) const PARENT: &str = "COURSE_POOL_PARENT";

/// The bytes from which on a message is large. Up to here a pipe is as quick as shared memory; with twice as many it
/// takes twice as long.
pub(super) const LARGE: usize = 16 << 10;

/// A job for another process. A closure cannot be sent to it, but a value can: it says what is to be done.
pub trait Task: Serialize + DeserializeOwned + Send + 'static {
    /// The value that comes back.
    type Output: Serialize + DeserializeOwned + Send + 'static;

    /// Does the task, in the worker.
    fn run(self) -> Self::Output;
}

/// A worker's answer to a message of tasks: an outcome for each, or why none of them could be done.
pub(super) type Answer<O> = Result<Vec<Outcome<O>>, Error>;

/// A message to a worker.
#[derive(Serialize, Deserialize)]
pub(super) enum Payload<T> {
    /// The tasks themselves.
    Inline(T),
    /// A payload of `length` bytes lies in shared memory, in the file of this path and this inode. (Seen from a
    /// container, the path may lead to another file.)
    Shared {
        path: PathBuf,
        inode: u64,
        length: usize,
    },
}

/// Writes a value as bytes at the end of a buffer. The value's own code takes part in that, and may fail or panic.
pub(super) fn encode<V: Serialize>(value: &V, mut buffer: Vec<u8>) -> Result<Vec<u8>, Error> {
    // Most messages are small, and then it does not have to grow.
    buffer.reserve(64);

    catch_panic(|| postcard::to_io(value, buffer))?
        .map_err(|error| Error::Broken(error.to_string()))
}

/// Large buffers that are used again.
///
/// The system clears memory before it gives it away, page by page, each at the first touch. For a large message that
/// takes ten times as long as to copy it.
#[derive(Default)]
pub(crate) struct BufferPool(Mutex<Vec<Vec<u8>>>);

impl BufferPool {
    /// The number of buffers that are kept.
    const MOST: usize = 2;

    /// Encodes a value, in a buffer that was kept if there is one and the bytes are many.
    pub(crate) fn encode<V: Serialize>(&self, value: &V) -> Result<Vec<u8>, Error> {
        let buffer = lock(&self.0).pop().unwrap_or_default();
        let bytes = encode(value, buffer)?;
        if bytes.len() > LARGE || bytes.capacity() <= LARGE {
            return Ok(bytes);
        }

        let few = bytes.clone();
        self.put(bytes);
        Ok(few)
    }

    /// Keeps a buffer, if it is large and there are not too many.
    pub(crate) fn put(&self, mut buffer: Vec<u8>) {
        if buffer.capacity() <= LARGE {
            return;
        }
        buffer.clear();

        let mut buffers = lock(&self.0);
        if buffers.len() < Self::MOST {
            buffers.push(buffer);
        }
    }
}
