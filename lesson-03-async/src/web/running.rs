//! The server on a thread of its own, to be started and stopped.

use std::io;
use std::net::SocketAddr;
use std::thread::{self, JoinHandle};

use tokio::net::TcpListener;
use tokio::runtime::Builder;
use tokio_util::sync::CancellationToken;

use super::service::{Patience, serve};

/// The server on a thread of its own; it stops when this is dropped.
#[derive(Debug)]
pub struct Service {
    address: SocketAddr,
    stop: CancellationToken,
    thread: Option<JoinHandle<bool>>,
}

impl Service {
    /// Starts to serve at this address; port 0 is any that is free.
    ///
    /// # Errors
    /// When the system does not give the address, or has no thread.
    pub fn start(address: SocketAddr, patience: Patience) -> io::Result<Service> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind(address))?;
        let (address, stop) = (listener.local_addr()?, CancellationToken::new());
        let serving = serve(listener, patience, stop.clone());
        let thread = thread::Builder::new()
            .name("server".into())
            .spawn(move || runtime.block_on(serving))?;
        Ok(Service {
            address,
            stop,
            thread: Some(thread),
        })
    }

    /// Where it serves.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops it; whether every connection came to its end in time.
    ///
    /// # Panics
    /// When the server panicked.
    pub fn stop(mut self) -> bool {
        self.stop.cancel();
        self.thread
            .take()
            .is_none_or(|thread| thread.join().expect("the server does not panic"))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
