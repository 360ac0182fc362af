//! The load generator's own side: holds connections, asks on all of them at once, and measures each answer.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tracing::info_span;

use super::load::Report;
use super::system_limits::room_for_connections;
use crate::support::block_on::block_on;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Clients that connect at the same time. More than the server's queue of new connections holds would have to try
/// again a second later.
const CONNECTING: usize = 100;

/// The longest time that a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs the worker process: reads its task from standard input, and writes its report to standard output.
pub fn main(_name: &str) -> io::Result<()> {
    let (address, clients, seconds): (SocketAddr, usize, f64) =
        serde_json::from_str(&read_line()?)?;
    room_for_connections(clients).map_err(|why| io::Error::other(why.to_string()))?;
    let runtime = Builder::new_current_thread().enable_all().build()?;

    let streams = info_span!("connect").in_scope(|| block_on(&runtime, connect(address, clients)));
    println!("{}", streams.len());
    read_line()?;

    let failed = clients - streams.len();
    let time = Duration::from_secs_f64(seconds);
    let mut report = info_span!("ask").in_scope(|| block_on(&runtime, ask_all(streams, time)));
    report.errors += failed;
    println!("{}", report.to_line());
    Ok(())
}

fn read_line() -> io::Result<String> {
    io::stdin()
        .lines()
        .next()
        .unwrap_or_else(|| Ok(String::new()))
}

/// Connects all clients, and returns the connections that have had one answer.
async fn connect(address: SocketAddr, clients: usize) -> Vec<TcpStream> {
    let permits = Arc::new(Semaphore::new(CONNECTING));
    let mut set = JoinSet::new();
    for _ in 0..clients {
        let permits = Arc::clone(&permits);
        set.spawn(async move {
            let _permit = permits.acquire().await.map_err(io::Error::other)?;
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

/// Sends one request, and reads the whole of its answer.
async fn ask(stream: &mut TcpStream) -> io::Result<()> {
    stream.write_all(REQUEST).await?;
    let mut buffer = [0; 512];
    let mut filled = 0;
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

/// Returns the length of the answer that these bytes begin with, header and body; `None` if the header is incomplete.
fn answer_length(bytes: &[u8]) -> io::Result<Option<usize>> {
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(bytes).map_err(io::Error::other)?;
    let httparse::Status::Complete(header) = parsed else {
        return Ok(None);
    };

    let is_length = |header: &&httparse::Header| header.name.eq_ignore_ascii_case("content-length");
    let length = response.headers.iter().find(is_length);
    let text = length.and_then(|length| std::str::from_utf8(length.value).ok());
    let body: Option<usize> = text.and_then(|text| text.parse().ok());
    Ok(Some(header + body.ok_or(io::ErrorKind::InvalidData)?))
}

/// Lets every client ask again as soon as it has its answer, until the time is up.
async fn ask_all(streams: Vec<TcpStream>, time: Duration) -> Report {
    let start = Instant::now();
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
    let mut errors = 0;
    while let Some(client) = set.join_next().await {
        let (answered, failed) = client.expect("a client does not panic");
        times.extend(answered);
        errors += usize::from(failed);
    }
    times.sort_unstable();
    let percentile_ms = |percent: usize| {
        let time = times.get(times.len() * percent / 100)?;
        Some(time.as_secs_f64() * 1e3)
    };

    Report {
        requests: times.len(),
        errors,
        seconds: start.elapsed().as_secs_f64(),
        p50_ms: percentile_ms(50),
        p99_ms: percentile_ms(99),
    }
}
