//! A server in the background: a thread and a runtime of its own, from its start until it is dropped.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::thread::{self, JoinHandle};

use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

/// New connections that the system keeps in line while the server is busy.
const BACKLOG: u32 = 1024;

/// The work of a server, whichever it is.
type Serving = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A server on a thread of its own. Dropping it tells the server to stop, and waits until it has.
#[derive(Debug)]
pub struct Background {
    address: SocketAddr,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    /// Starts `serve` at `address`, where port 0 means any that is free.
    ///
    /// The server has to end when its token is cancelled. The runtime ends with it, and so do all the tasks on it.
    pub fn start<F>(
        address: SocketAddr,
        serve: impl FnOnce(TcpListener, CancellationToken) -> F,
    ) -> io::Result<Background>
    where
        F: Future + Send + 'static,
    {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let listener = {
            let _inside = runtime.enter();
            let socket = TcpSocket::new_v4()?;
            socket.set_reuseaddr(true)?;
            socket.bind(address)?;
            socket.listen(BACKLOG)?
        };
        let address = listener.local_addr()?;
        let stop = CancellationToken::new();
        let serving = serve(listener, stop.clone());
        let serving: Serving = Box::pin(async move {
            serving.await;
        });
        let thread = thread::spawn(move || runtime.block_on(serving));

        Ok(Background {
            address,
            stop,
            thread: Some(thread),
        })
    }

    /// Returns the address at which it serves.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            // A panic of the server's thread has been printed already; there is nothing more to do about it here.
            let _ = thread.join();
        }
    }
}
