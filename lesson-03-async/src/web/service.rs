//! The web server: one thread, a task for each connection, and no patience without end.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::select;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// What one client can take from the others, at most.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// From the start of a wait for a request to the end of its header; so also how long a connection may lie idle.
    pub header: Duration,
    /// The age of a connection at which it must come to an end, after the answer that it is at.
    pub age: Duration,
    /// How long connections that must come to an end may take for it.
    pub drain: Duration,
    /// Bytes of a header, and of answers that wait to be sent.
    pub bytes: usize,
    /// Connections at the same time. More wait until others end.
    pub connections: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            header: Duration::from_secs(30),
            age: Duration::from_mins(10),
            drain: Duration::from_secs(3),
            bytes: 8192,
            connections: 10_000,
        }
    }
}

/// Serves until `stop`, then lets the connections finish, for at most `drain`. Whether all of them did.
///
/// # Panics
/// Never: nobody closes the semaphore.
pub async fn serve(listener: TcpListener, patience: Patience, stop: CancellationToken) -> bool {
    let room = Arc::new(Semaphore::new(patience.connections));
    loop {
        let next = async {
            let place = Arc::clone(&room)
                .acquire_owned()
                .await
                .expect("nobody closes the semaphore");
            (place, listener.accept().await)
        };
        let (place, accepted) = select! {
            () = stop.cancelled() => break,
            next = next => next,
        };
        let Ok((stream, _)) = accepted else {
            // No file for one more connection: others will end.
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        let stop = stop.clone();
        tokio::spawn(async move {
            connection(stream, patience, stop).await;
            drop(place);
        });
    }
    drop(listener);
    // When all places are free again, everybody is gone.
    let everybody = u32::try_from(patience.connections).unwrap_or(u32::MAX);
    timeout(patience.drain, room.acquire_many(everybody))
        .await
        .is_ok()
}

/// One client, from the first request to the last.
async fn connection(stream: TcpStream, patience: Patience, stop: CancellationToken) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(patience.header)
        .max_buf_size(patience.bytes);
    let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service_fn(hello)));
    select! {
        // Whatever is wrong with this client is trouble for this client only.
        _ = connection.as_mut() => return,
        () = stop.cancelled() => {}
        () = sleep(patience.age) => {}
    }
    // No further request; the one that is being answered is finished, unless that takes too long.
    connection.as_mut().graceful_shutdown();
    let _ = timeout(patience.drain, connection).await;
}

async fn hello(_: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(Response::new(Full::from("Hello, world\n")))
}
