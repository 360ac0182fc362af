//! fails: wrong result
//!
//! A task reads, and nothing is lost. But its end is noticed only when the next report is due.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

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
    let messages = Arc::new(Mutex::new(Vec::new()));
    let reader = tokio::spawn({
        let messages = Arc::clone(&messages);
        async move {
            while let Some(message) = read_message(&mut from).await? {
                messages.lock().unwrap().push(message);
            }
            io::Result::Ok(())
        }
    });
    let mut ticks = interval(every);
    while !reader.is_finished() {
        report(messages.lock().unwrap().len());
        ticks.tick().await;
    }
    reader.await.unwrap()?;
    let all = messages.lock().unwrap().clone();
    Ok(all)
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
