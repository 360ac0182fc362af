//! The server that the calls of this lesson go to: real HTTP on this machine, slow on purpose.
//!
//! It stands for the rest of the world, so it has a thread of its own. A real server would be another machine.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::time::sleep;

use super::background::Background;
use super::server_stats::{Counts, Rules, ServerStats};

/// One path of the server.
#[derive(Clone, Debug)]
pub struct Route {
    path: String,
    text: String,
    delay: Duration,
}

impl Route {
    /// Makes a route from `path`, such as `/news`, to `text`, which is sent after `delay`.
    pub fn new(path: &str, text: &str, delay: Duration) -> Route {
        Route {
            path: path.to_owned(),
            text: text.to_owned(),
            delay,
        }
    }
}

/// A running server; it stops when this is dropped.
#[derive(Debug)]
pub struct ApiServer {
    background: Background,
    stats: Arc<ServerStats>,
}

impl ApiServer {
    /// Starts a server for these routes on a free port that the system chooses. It takes calls at once.
    pub fn start(routes: Vec<Route>) -> io::Result<ApiServer> {
        ApiServer::start_with(Rules::default(), routes)
    }

    /// Starts a server that refuses or fails some of the requests.
    pub fn start_with(rules: Rules, routes: Vec<Route>) -> io::Result<ApiServer> {
        let stats = Arc::new(ServerStats::new(rules));
        let counting = Arc::clone(&stats);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let background = Background::start(address, |listener, stop| async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = serve(listener, routes.into(), counting) => {}
            }
        })?;

        Ok(ApiServer { background, stats })
    }

    /// Returns the URL of a path, such as `http://127.0.0.1:41234/news`.
    pub fn url(&self, path: &str) -> Uri {
        let url = format!("http://{}{path}", self.background.address());
        url.parse().expect("an address and a path make a URL")
    }

    /// Returns what it has counted so far.
    pub fn counts(&self) -> Counts {
        self.stats.counts()
    }

    /// Waits until it has seen `count` clients hang up, and returns how long that took; `None` after ten seconds.
    pub async fn sees_hang_ups(&self, count: usize) -> Option<Duration> {
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(10) {
            if self.counts().hung_up >= count {
                return Some(start.elapsed());
            }
            sleep(Duration::from_millis(1)).await;
        }
        None
    }
}

/// Takes connections as they come, each as a task of its own.
async fn serve(listener: TcpListener, routes: Arc<[Route]>, stats: Arc<ServerStats>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // No file is left for one more connection: others will end.
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        let routes = Arc::clone(&routes);
        let stats = Arc::clone(&stats);
        let service =
            service_fn(move |request| answer(request, Arc::clone(&routes), Arc::clone(&stats)));
        // A client that hangs up early is no trouble for the server, so its error is dropped with the task.
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

/// Answers one request, after the delay of its route.
async fn answer(
    request: Request<Incoming>,
    routes: Arc<[Route]>,
    stats: Arc<ServerStats>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let path = request.uri().path();
    let Some(route) = routes.iter().find(|route| route.path == path) else {
        return Ok(text(StatusCode::NOT_FOUND, "there is nothing at this path"));
    };
    // If the client hangs up, hyper drops this future where it waits, and `in_flight` with it.
    let Some(in_flight) = stats.enter() else {
        return Ok(text(StatusCode::SERVICE_UNAVAILABLE, "not now"));
    };

    sleep(route.delay).await;

    Ok(match in_flight.finish() {
        Ok(()) => text(StatusCode::OK, &route.text),
        Err(why) => text(StatusCode::INTERNAL_SERVER_ERROR, why),
    })
}

fn text(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(text.to_owned()));
    *response.status_mut() = status;
    response
}
