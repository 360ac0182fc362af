//! A server on this machine, so that the lesson needs no network: tokio, on a thread of its own.

use std::io;
use std::net::SocketAddr;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;

/// A running server. Dropping it ends it.
#[derive(Debug)]
pub struct Background {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    /// Starts a server that calls `serve` with each connection, in a task of its own. When this
    /// returns, clients can connect.
    pub fn start<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> io::Result<Background>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = runtime.block_on(async { listen() })?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();

        let thread = thread::spawn(move || {
            // `stopped` is done as soon as `stop` is dropped. The runtime goes with this function,
            // and every task that is still open goes with the runtime.
            runtime.spawn(accept(listener, serve));
            let _ = runtime.block_on(stopped);
        });

        Ok(Background {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Returns the address at which the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Listens on a free port. From here on a client has to wait, but is not refused.
fn listen() -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    // Room for many clients that connect at the same moment.
    socket.listen(4096)
}

/// Takes every connection.
async fn accept<F>(listener: TcpListener, serve: impl Fn(TcpStream) -> F)
where
    F: Future<Output: Send> + Send + 'static,
{
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // No room for another connection just now, say. The next one may be luckier.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Without this the system holds back the last small piece of an answer, hoping for more.
        let _ = stream.set_nodelay(true);
        tokio::spawn(serve(stream));
    }
}
