//! Cancel safety: a message that comes in pieces, and a loop that loses some of them.
//!
//! One future reads one message from its first byte to its last. `select!` gets a reference to it, so what it drops at a
//! report is the reference.

//? `select!` drops the futures that lose. Where are the bytes that `read_message` has read by then?
//? The future of a message must live longer than one round of `select!`: make it outside, pin it, and poll it by
//?   reference. A task of its own that sends whole messages through a channel is good too.
//? `let mut reading = pin!(read_message(&mut from));`, then a loop inside: `select! { message = &mut reading => break
//?   message?, _ = ticks.tick() => report(messages.len()) }`.

use std::io;
use std::pin::pin;
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
    loop {
        let mut reading = pin!(read_message(&mut from));
        let message = loop {
            select! {
                message = &mut reading => break message?,
                _ = ticks.tick() => report(messages.len()),
            }
        };
        match message {
            Some(message) => messages.push(message),
            None => return Ok(messages),
        }
    }
}

/// One message: a byte that says how long it is, then its text. `None` at the end of the stream.
async fn read_message(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<String>> {
    let length = match from.read_u8().await {
        Err(why) if why.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        length => length?,
    };
    let mut text = vec![0; length.into()];
    from.read_exact(&mut text).await?;
    String::from_utf8(text).map(Some).map_err(io::Error::other)
}
