//! What the load generator's process does: hold connections, ask on all of them at once, and measure each answer.

use std::io::{self, BufRead};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tracing::info_span;

use super::limits;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// More at once than a server's queue of new connections holds would have to knock again a second later.
const CONNECTING: usize = 100;

/// What waits longer than this for an answer gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// `lesson-03-async worker NAME load`: reads what to do from standard input, says how it went on standard output.
///
/// # Errors
/// When it is told nonsense, or has no room for the connections.
pub fn main(_: &str) -> io::Result<()> {
    let mut told = io::stdin().lock().lines();
    let mut next = move || -> io::Result<Value> {
        let line = told.next().transpose()?.unwrap_or_default();
        Ok(serde_json::from_str(&line)?)
    };
    let task = next()?;
    let address: SocketAddr = task["address"]
        .as_str()
        .unwrap_or("")
        .parse()
        .map_err(io::Error::other)?;
    let clients =
        usize::try_from(task["clients"].as_u64().unwrap_or(0)).map_err(io::Error::other)?;
    let time = Duration::from_secs_f64(task["seconds"].as_f64().unwrap_or(1.0));
    limits::room_for(clients).map_err(|why| io::Error::other(why.to_string()))?;

    let runtime = Builder::new_current_thread().enable_all().build()?;
    let streams = info_span!("connect").in_scope(|| runtime.block_on(connect(address, clients)));
    println!("{}", json!({ "connected": streams.len() }));
    next()?;
    println!(
        "{}",
        info_span!("ask").in_scope(|| runtime.block_on(ask_all(streams, clients, time)))
    );
    Ok(())
}

/// Connections that have had one answer.
async fn connect(address: SocketAddr, clients: usize) -> Vec<TcpStream> {
    let permits = Arc::new(Semaphore::new(CONNECTING));
    let mut set = JoinSet::new();
    for _ in 0..clients {
        let permits = Arc::clone(&permits);
        set.spawn(async move {
            let _permit = permits.acquire_owned().await.map_err(io::Error::other)?;
            let mut stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            timeout(PATIENCE, ask(&mut stream)).await??;
            io::Result::Ok(stream)
        });
    }
    let mut streams = Vec::new();
    while let Some(connected) = set.join_next().await {
        streams.extend(connected.ok().and_then(Result::ok));
    }
    streams
}

/// One request, and the whole of its answer.
async fn ask(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(REQUEST).await?;
    let (mut buffer, mut filled) = ([0; 512], 0);
    loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        filled += read;
        if answer_length(&buffer[..filled])?.is_some_and(|length| filled >= length) {
            return Ok(());
        }
    }
}

/// Bytes of the answer that these begin with, header and body; `None` if the header is not all there yet.
fn answer_length(bytes: &[u8]) -> io::Result<Option<usize>> {
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(header) = response.parse(bytes).map_err(io::Error::other)?
    else {
        return Ok(None);
    };
    let length = response
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.and_then(|length| {
        std::str::from_utf8(length.value)
            .ok()?
            .parse::<usize>()
            .ok()
    });
    Ok(Some(header + length.ok_or(io::ErrorKind::InvalidData)?))
}

/// Every client asks again as soon as it has its answer, until the time is up.
async fn ask_all(streams: Vec<TcpStream>, clients: usize, time: Duration) -> Value {
    let (mut errors, start) = (clients - streams.len(), Instant::now());
    let mut set = JoinSet::new();
    for mut stream in streams {
        set.spawn(async move {
            let mut times = Vec::new();
            while start.elapsed() < time {
                let asked = Instant::now();
                match timeout(PATIENCE, ask(&mut stream)).await {
                    Ok(Ok(())) => times.push(asked.elapsed()),
                    _ => return (times, true),
                }
            }
            (times, false)
        });
    }
    let mut times = Vec::new();
    while let Some(client) = set.join_next().await {
        let (answered, failed) = client.expect("a client does not panic");
        times.extend(answered);
        errors += usize::from(failed);
    }
    let seconds = start.elapsed().as_secs_f64();
    times.sort_unstable();
    let at = |share: usize| {
        times
            .get(times.len() * share / 100)
            .map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    };
    json!({ "requests": times.len(), "errors": errors, "seconds": seconds, "p50_ms": at(50), "p99_ms": at(99) })
}
