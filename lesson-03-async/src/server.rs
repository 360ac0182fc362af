//! The server that the calls of this lesson go to: real HTTP on this machine, slow on purpose.
//!
//! It stands for the rest of the world, so it has a thread of its own. A real server would be another machine.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::time::sleep;

/// What the server has at one path.
#[derive(Clone, Debug)]
pub struct Route {
    /// The path, such as `/news`.
    pub path: String,
    /// The answer.
    pub text: String,
    /// How long the answer takes.
    pub delay: Duration,
}

/// A running server; it stops when this is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server for these paths on a free port that the system chooses. It takes calls at once.
    ///
    /// # Errors
    /// When the system has no port or no thread for it.
    ///
    /// # Panics
    /// When called from inside an async function: starting waits, and would make the other tasks wait too.
    pub fn start(routes: Vec<Route>) -> io::Result<Server> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        // Port 0 means: any that is free. `local_addr` tells which one it became.
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new().name("server".into()).spawn(move || {
            runtime.block_on(async {
                tokio::spawn(serve(listener, routes.into()));
                // Ends when `stop` is dropped. The runtime ends with it, and all that the server was doing.
                let _ = stopped.await;
            });
        })?;
        Ok(Server { address, stop: Some(stop), thread: Some(thread) })
    }

    /// The URL of a path, such as `http://127.0.0.1:41234/news`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It cannot be helped here if the server's thread panicked; its message has been printed.
            let _ = thread.join();
        }
    }
}

/// Takes connections as they come, each as a task of its own.
async fn serve(listener: TcpListener, routes: Arc<[Route]>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // No room for one more connection: others will end.
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        let routes = Arc::clone(&routes);
        let service = service_fn(move |request| answer(request, Arc::clone(&routes)));
        // A client that hangs up early is no trouble for the server, so its error is dropped with the task.
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

/// Answers one request, after the delay of its path.
async fn answer(
    request: Request<Incoming>,
    routes: Arc<[Route]>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let Some(route) = routes.iter().find(|route| route.path == request.uri().path()) else {
        let mut response = Response::new(Full::from("there is nothing at this path"));
        *response.status_mut() = StatusCode::NOT_FOUND;
        return Ok(response);
    };
    sleep(route.delay).await;
    Ok(Response::new(Full::from(route.text.clone())))
}
