//! One client of the web server, from its first request to its last. There is an end to the server's patience.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// The most that one client can take from the others.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the start of a wait for a request to the end of its header; so also how long a connection may lie idle.
    pub header: Duration,
    /// The age of a connection at which it must come to an end, after the answer that it is at.
    pub age: Duration,
    /// The time that connections have when they must come to an end.
    pub drain: Duration,
    /// Bytes of a header, and of answers that wait to be sent.
    pub bytes: usize,
    /// Connections at the same time. More wait until others end.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            header: Duration::from_secs(30),
            age: Duration::from_mins(10),
            drain: Duration::from_secs(3),
            bytes: 8192,
            connections: 10_000,
        }
    }
}

/// Answers the requests of one client, until it hangs up, has taken too long, or `stop` is cancelled.
pub async fn connection(stream: TcpStream, limits: Limits, stop: CancellationToken) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header)
        .max_buf_size(limits.bytes);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service_fn(hello)));
    tokio::select! {
        // Whatever is wrong with this client is trouble for this client only.
        _ = connection.as_mut() => return,
        () = stop.cancelled() => {}
        () = sleep(limits.age) => {}
    }

    // No further request; the one that is being answered is finished, unless that takes too long.
    connection.as_mut().graceful_shutdown();
    let _ = timeout(limits.drain, connection).await;
}

async fn hello(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::from("Hello, world\n")))
}
