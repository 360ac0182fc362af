//! The server that the calls of this lesson go to: real HTTP on this machine, slow on purpose.
//!
//! It stands for the rest of the world, so it has a thread of its own. A real server would be another machine.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio::sync::oneshot;
use tokio::time::sleep;

pub use crate::answer::Route;
use crate::answer::answer;
use crate::desk::{Desk, Rules, Seen};

/// A running server; it stops when this is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    desk: Arc<Desk>,
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
        Server::start_with(Rules::default(), routes)
    }

    /// The same, with a server that turns some requests away.
    ///
    /// # Errors
    /// As [`Server::start`].
    ///
    /// # Panics
    /// As [`Server::start`].
    pub fn start_with(rules: Rules, routes: Vec<Route>) -> io::Result<Server> {
        let desk = Arc::new(Desk::new(rules));
        let runtime = Builder::new_current_thread().enable_all().build()?;
        // Port 0 means: any that is free. `local_addr` tells which one it became.
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let at_the_desk = Arc::clone(&desk);
        let thread = thread::Builder::new()
            .name("server".into())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::spawn(serve(listener, routes.into(), at_the_desk));
                    // Ends when `stop` is dropped. The runtime ends with it, and all that the server was doing.
                    let _ = stopped.await;
                });
            })?;
        Ok(Server {
            address,
            desk,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The URL of a path, such as `http://127.0.0.1:41234/news`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What it has seen so far.
    pub fn seen(&self) -> Seen {
        self.desk.seen()
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
async fn serve(listener: TcpListener, routes: Arc<[Route]>, desk: Arc<Desk>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // No room for one more connection: others will end.
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        let (routes, desk) = (Arc::clone(&routes), Arc::clone(&desk));
        let service =
            service_fn(move |request| answer(request, Arc::clone(&routes), Arc::clone(&desk)));
        // A client that hangs up early is no trouble for the server, so its error is dropped with the task.
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}
