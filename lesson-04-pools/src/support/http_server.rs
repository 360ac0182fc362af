//! A download server on this machine, so that the lesson needs no network: hyper, on a thread of its own.
//!
//! What it answers, and how fast, is in `answer.rs`.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use common::Pace;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::support::fault::Faults;
use crate::support::file_server::{Body, answer};

/// A running server. Dropping it ends it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server that misbehaves for the files named in `faults`. When this returns, it can be called.
    ///
    /// # Errors
    /// When the system has no port or no thread left.
    pub fn start(pace: Pace, faults: Faults) -> io::Result<Server> {
        let faults = Arc::new(faults);
        Server::answering(move |name| answer(name, pace, faults.get(name).copied()))
    }

    /// Starts a server that answers a request for `/name` with `answer(name)`, called inside its runtime.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn answering(
        answer: impl Fn(&str) -> Response<Body> + Clone + Send + 'static,
    ) -> io::Result<Server> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        // Port 0: the system chooses a free one. From here on, who connects has to wait, but is not refused.
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", 0)))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let serve = move || {
            // `stopped` is done as soon as `stop` is dropped. The runtime goes with this function, and every task
            // that is still open goes with the runtime.
            runtime.spawn(accept(listener, answer));
            let _ = runtime.block_on(stopped);
        };
        let thread = std::thread::Builder::new()
            .name("server".into())
            .spawn(serve)?;
        Ok(Server {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The address of a file.
    pub fn url(&self, file: &str) -> String {
        format!("http://{}/{file}", self.address)
    }

    /// Its host and port.
    pub fn host(&self) -> String {
        self.address.to_string()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Takes every connection, and serves each in a task of its own.
async fn accept(
    listener: TcpListener,
    answer: impl Fn(&str) -> Response<Body> + Clone + Send + 'static,
) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // No room for another connection just now, say. The next one may be luckier.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Without this the system holds back the last small piece of a file for a while, hoping for more.
        let _ = stream.set_nodelay(true);
        let answer = answer.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let response = answer(request.uri().path().trim_start_matches('/'));
            async { Ok::<_, Infallible>(response) }
        });
        // A connection that fails is the client's to report.
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}
