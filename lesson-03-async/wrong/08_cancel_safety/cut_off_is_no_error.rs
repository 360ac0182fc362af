//! fails: wrong result
//!
//! The stream ends inside a message, and what has come of it is forgotten.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::select;
use tokio::time::interval;

pub async fn collect<R>(
    mut from: R,
    every: Duration,
    mut report: impl FnMut(usize),
) -> io::Result<Vec<String>>
where
    R: AsyncRead + Unpin + Send + 'static,
{
    let mut messages = Vec::new();
    let mut ticks = interval(every);
    let mut buffer: Vec<u8> = Vec::new();
    loop {
        select! {
            count = from.read_buf(&mut buffer) => {
                if count? == 0 {
                    return Ok(messages);
                }
                while let Some(text) = next_message(&mut buffer)? {
                    messages.push(text);
                }
            }
            _ = ticks.tick() => report(messages.len()),
        }
    }
}

/// Takes the first message out of the buffer, if all of it is there.
fn next_message(buffer: &mut Vec<u8>) -> io::Result<Option<String>> {
    let Some(length) = buffer.first().map(|length| usize::from(*length)) else {
        return Ok(None);
    };
    if buffer.len() <= length {
        return Ok(None);
    }
    let text = buffer.drain(..=length).skip(1).collect();
    String::from_utf8(text).map(Some).map_err(io::Error::other)
}
