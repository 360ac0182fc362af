//! fails: wrong result
//!
//! The length survives a report now, as it lies outside. Half a text does not.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::select;
use tokio::time::interval;

/// All messages up to the end of the stream. Once every `every`, reports how many have come so far.
///
/// # Errors
/// When reading fails, or the stream ends inside a message.
pub async fn collect<R>(
    mut from: R,
    every: Duration,
    mut report: impl FnMut(usize),
) -> io::Result<Vec<String>>
where
    R: AsyncRead + Unpin + Send + 'static,
{
    let (mut messages, mut ticks) = (Vec::new(), interval(every));
    let mut length = None;
    loop {
        select! {
            message = read_message(&mut from, &mut length) => match message? {
                Some(message) => messages.push(message),
                None => return Ok(messages),
            },
            _ = ticks.tick() => report(messages.len()),
        }
    }
}

/// One message: a byte that says how long it is, then its text. `None` at the end of the stream.
async fn read_message(
    from: &mut (impl AsyncRead + Unpin),
    length: &mut Option<u8>,
) -> io::Result<Option<String>> {
    if length.is_none() {
        match from.read_u8().await {
            Err(why) if why.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => *length = Some(read?),
        }
    }
    let mut text = vec![0; length.unwrap().into()];
    from.read_exact(&mut text).await?;
    *length = None;
    String::from_utf8(text).map(Some).map_err(io::Error::other)
}
