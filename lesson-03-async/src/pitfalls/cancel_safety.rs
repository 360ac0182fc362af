//! `cancel-safety`: `select!` drops the branch that loses. If that branch had already read half a message, that half is
//! gone.

use std::io;
use std::pin::pin;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::interval;

/// The bytes of a message: a sentence, filled up with dots.
pub const LENGTH: usize = 16;

/// Reads one message. Not safe to cancel: what it has read so far lies in `message`, which goes away with the future.
async fn read_message(from: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut message = [0; LENGTH];
    from.read_exact(&mut message).await?;
    Ok(String::from_utf8_lossy(&message).into_owned())
}

/// Broken: each tick makes a new read, and drops the one that was under way.
pub async fn new_read_each_time(mut from: impl AsyncRead + Unpin, tick: Duration) -> Vec<String> {
    let mut messages = Vec::new();
    let mut ticks = interval(tick);
    loop {
        tokio::select! {
            message = read_message(&mut from) => match message {
                Ok(message) => messages.push(message),
                Err(_) => return messages,
            },
            _ = ticks.tick() => {}
        }
    }
}

/// Fixed: the read is made once, outside, and goes on where it was after each tick.
pub async fn same_read_until_it_is_done(
    mut from: impl AsyncRead + Unpin,
    tick: Duration,
) -> Vec<String> {
    let mut messages = Vec::new();
    let mut ticks = interval(tick);
    loop {
        let mut read = pin!(read_message(&mut from));
        let message = loop {
            tokio::select! {
                message = &mut read => break message,
                _ = ticks.tick() => {}
            }
        };
        match message {
            Ok(message) => messages.push(message),
            Err(_) => return messages,
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncWriteExt, DuplexStream, duplex};
    use tokio::time::sleep;

    use super::*;

    const TICK: Duration = Duration::from_secs(1);

    /// Sends two messages in two halves each, so far apart that a tick falls between the halves each time.
    fn slow_sender() -> DuplexStream {
        let (mut sender, receiver) = duplex(64);
        tokio::spawn(async move {
            for half in ["message ", "1.......", "message ", "2......."] {
                sender.write_all(half.as_bytes()).await.unwrap();
                sleep(TICK * 3).await;
            }
        });
        receiver
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_read_loses_what_it_had() {
        let messages = new_read_each_time(slow_sender(), TICK).await;
        assert_eq!(messages, Vec::<String>::new());
    }

    #[tokio::test(start_paused = true)]
    async fn a_read_that_is_kept_loses_nothing() {
        let messages = same_read_until_it_is_done(slow_sender(), TICK).await;
        assert_eq!(messages, ["message 1.......", "message 2......."]);
    }
}
