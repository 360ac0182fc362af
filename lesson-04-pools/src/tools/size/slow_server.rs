//! A server that answers late: what a job waits for. tokio, on a thread of its own.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::oneshot;

/// A running server. Dropping it ends it.
#[derive(Debug)]
pub struct LateServer {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl LateServer {
    /// Starts one that takes so long for each answer, whoever else asks meanwhile.
    ///
    /// # Errors
    /// When the system has no port or no thread left.
    pub fn start(delay: Duration) -> io::Result<LateServer> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listen = async {
            let socket = TcpSocket::new_v4()?;
            socket.bind(([127, 0, 0, 1], 0).into())?;
            // Room for all who ask at the same moment.
            socket.listen(4096)
        };
        let listener = runtime.block_on(listen)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let serve = move || {
            runtime.spawn(answer_all(listener, delay));
            let _ = runtime.block_on(stopped);
        };
        let thread = Builder::new().name("late server".into()).spawn(serve)?;
        Ok(LateServer {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where it is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Asks for the answer to a number: its double. The thread waits for it.
///
/// # Errors
/// When the server is not there, or says nothing.
pub fn ask(server: SocketAddr, number: u32) -> io::Result<u32> {
    let mut connection = TcpStream::connect(server)?;
    connection.set_nodelay(true)?;
    connection.write_all(&number.to_be_bytes())?;
    let mut answer = [0; 4];
    connection.read_exact(&mut answer)?;
    Ok(u32::from_be_bytes(answer))
}

async fn answer_all(listener: TcpListener, delay: Duration) {
    while let Ok((mut connection, _)) = listener.accept().await {
        tokio::spawn(async move {
            let mut number = [0; 4];
            connection.read_exact(&mut number).await?;
            tokio::time::sleep(delay).await;
            connection
                .write_all(&u32::from_be_bytes(number).wrapping_mul(2).to_be_bytes())
                .await
        });
    }
}

impl Drop for LateServer {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
