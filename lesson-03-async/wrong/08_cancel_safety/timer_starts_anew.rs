//! fails: wrong result
//!
//! The read is kept. But each message starts a new pause: reports come late, and with many messages never.

use std::io;
use std::pin::pin;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::select;
use tokio::time::{Instant, sleep};

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
    let mut messages = Vec::new();
    loop {
        let mut reading = pin!(read_message(&mut from));
        let mut pause = pin!(sleep(every));
        let message = loop {
            select! {
                message = &mut reading => break message?,
                () = &mut pause => {
                    report(messages.len());
                    pause.as_mut().reset(Instant::now() + every);
                }
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
