//! fails: wrong result
//!
//! Nothing is lost: it reports only between two messages. So no report comes while a message is coming.

use std::io;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::io::{AsyncRead, AsyncReadExt};
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
    while let Some(message) = read_message(&mut from).await? {
        messages.push(message);
        while ticks.tick().now_or_never().is_some() {
            report(messages.len());
        }
    }
    Ok(messages)
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
