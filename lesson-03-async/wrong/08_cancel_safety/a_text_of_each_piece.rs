//! fails: wrong result
//!
//! A letter of several bytes may come in two pieces, neither of which is text.

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
    // What has come of a message: its text so far, and how many bytes are missing.
    let mut begun: Option<(String, usize)> = None;
    let mut piece = [0; 256];
    loop {
        let room = begun.as_ref().map_or(1, |(_, missing)| *missing);
        select! {
            read = from.read(&mut piece[..room]) => {
                let read = read?;
                match (&mut begun, read) {
                    (None, 0) => return Ok(messages),
                    (Some(_), 0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                    (None, _) => begun = Some((String::new(), piece[0].into())),
                    (Some((text, missing)), read) => {
                        text.push_str(&String::from_utf8_lossy(&piece[..read]));
                        *missing -= read;
                    }
                }
                if let Some((text, 0)) = &mut begun {
                    messages.push(std::mem::take(text));
                    begun = None;
                }
            }
            _ = ticks.tick() => report(messages.len()),
        }
    }
}
