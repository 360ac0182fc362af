//! Cancel safety: a message that comes in pieces, and a loop that loses some of them.
//!
//! `collect` reads messages from a connection until its end, and now and then reports how many there are. That works as
//! long as each message comes in one piece. But when a report is due while half a message has come, what follows is
//! garbage. Find out what happens to the half, and mend it. The reports must come when they are due, also while a
//! message is still coming.
//!
//! Study first: `cargo run -p lesson-03-async -- cancel-safety`, src/pitfalls/cancel_safety.rs
//! Judge it:    `cargo run -p lesson-03-async -- check 08_cancel_safety`
//! Level:       3 of 3, about 25 minutes

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
    loop {
        select! {
            message = read_message(&mut from) => match message? {
                Some(message) => messages.push(message),
                None => return Ok(messages),
            },
            _ = ticks.tick() => report(messages.len()),
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
