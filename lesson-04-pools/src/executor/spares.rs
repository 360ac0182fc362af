//! Large buffers that are used again.
//!
//! The system clears memory before it gives it away, page by page, each at the first touch. For a large message that takes
//! ten times as long as to copy it.

use serde::Serialize;

use super::error::Error;
use super::lock;
use super::shared_memory::LARGE;
use super::worker::encode;
use crate::sync::Mutex;

/// So many are kept.
const MOST: usize = 2;

#[derive(Default)]
pub(crate) struct Spares(Mutex<Vec<Vec<u8>>>);

impl Spares {
    /// A value as bytes, in a spare buffer if there is one and they are many.
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

    /// Keeps it, if it is large and there are not too many.
    pub(crate) fn put(&self, mut buffer: Vec<u8>) {
        if buffer.capacity() <= LARGE {
            return;
        }
        buffer.clear();
        let mut spares = lock(&self.0);
        if spares.len() < MOST {
            spares.push(buffer);
        }
    }
}
