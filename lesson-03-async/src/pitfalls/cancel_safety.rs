//! `cancel-safety`: `select!` drops the branch that loses. If that branch had already read half a message, that half is
//! gone.

use std::io::{self, Write};
use std::net::TcpListener;
use std::pin::pin;
use std::thread;
use std::time::Duration;

use common::{Failure, Outcome, Run};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::select;
use tokio::time::{MissedTickBehavior, interval};
use tracing::{Instrument, info, info_span};

/// Messages have this many bytes: a sentence, filled up with dots.
pub const LENGTH: usize = 16;

/// One message. Not safe to cancel: what it has read so far lies in `message`, which goes away with the future.
async fn read_message(from: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut message = [0; LENGTH];
    from.read_exact(&mut message).await?;
    Ok(String::from_utf8_lossy(&message).into_owned())
}

/// Broken: each tick makes a new read, and drops the one that was under way.
pub async fn new_read_each_time(mut from: impl AsyncRead + Unpin, tick: Duration) -> Vec<String> {
    let (mut messages, mut ticks) = (Vec::new(), ticks(tick));
    loop {
        select! {
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
    let (mut messages, mut ticks) = (Vec::new(), ticks(tick));
    loop {
        let mut read = pin!(read_message(&mut from));
        let message = loop {
            select! {
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

fn ticks(every: Duration) -> tokio::time::Interval {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Four messages in two halves each, with a pause between the halves; on a connection of its own.
fn slow_sender(pause: Duration) -> io::Result<std::net::SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    thread::Builder::new()
        .name("sender".into())
        .spawn(move || -> io::Result<()> {
            let (mut stream, _) = listener.accept()?;
            stream.set_nodelay(true)?;
            for number in 1..=4 {
                let message = format!("{:.<LENGTH$}", format!("message {number}"));
                for half in message.as_bytes().chunks(LENGTH / 2) {
                    stream.write_all(half)?;
                    thread::sleep(pause);
                }
            }
            Ok(())
        })?;
    Ok(address)
}

/// What `cargo run -p lesson-03-async -- cancel-safety` runs.
///
/// # Errors
/// When the system has no connection or no thread.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let pause = run.pace.seconds(0.2).max(Duration::from_millis(10));
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let connect =
        || -> Result<_, Failure> { Ok(runtime.block_on(TcpStream::connect(slow_sender(pause)?))?) };
    let (one, other) = (connect()?, connect()?);
    let (broken, fixed) = runtime.block_on(async {
        let broken =
            new_read_each_time(one, pause / 3).instrument(info_span!("read", task = "broken"));
        let fixed = same_read_until_it_is_done(other, pause / 3)
            .instrument(info_span!("read", task = "fixed"));
        tokio::join!(broken, fixed)
    });
    let bytes = |messages: &[String]| messages.iter().map(String::len).sum::<usize>();
    info!(
        "{} bytes sent; broken read {}: {broken:?}",
        4 * LENGTH,
        bytes(&broken)
    );
    info!("fixed read {}: {fixed:?}", bytes(&fixed));
    Ok(Outcome::new(
        json!({ "lost_bytes": 4 * LENGTH - bytes(&broken), "fixed": fixed }),
    ))
}

#[cfg(test)]
mod tests;
