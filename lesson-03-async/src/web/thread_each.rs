//! The same server with a thread for each connection, for comparison.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The whole answer.
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\nHello, world\n";

/// The longest header that is read.
const LONGEST: usize = 8192;

/// A running server. Its threads end when their clients do; the one that takes connections ends with the program.
#[derive(Debug)]
pub struct ThreadEach {
    address: SocketAddr,
    started: Arc<AtomicUsize>,
    refused: Arc<Mutex<Option<io::Error>>>,
}

impl ThreadEach {
    /// Starts it on a free port.
    ///
    /// # Errors
    /// When the system has no port or no thread.
    pub fn start() -> io::Result<ThreadEach> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let server = ThreadEach {
            address: listener.local_addr()?,
            started: Arc::default(),
            refused: Arc::default(),
        };
        let (started, refused) = (Arc::clone(&server.started), Arc::clone(&server.refused));
        thread::Builder::new()
            .name("accept".into())
            .spawn(move || {
                for stream in listener.incoming().flatten() {
                    match thread::Builder::new().spawn(move || serve(stream)) {
                        Ok(_) => drop(started.fetch_add(1, Ordering::Relaxed)),
                        Err(error) => {
                            *refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                        }
                    }
                }
            })?;
        Ok(server)
    }

    /// Where it serves.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Threads that it could start.
    pub fn started(&self) -> usize {
        self.started.load(Ordering::Relaxed)
    }

    /// Why it could not start another one, if that happened.
    pub fn refused(&self) -> Option<String> {
        self.refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .map(ToString::to_string)
    }
}

/// One client until it hangs up. The thread waits in `read`, and can do nothing else meanwhile.
fn serve(mut stream: TcpStream) -> io::Result<()> {
    let (mut buffer, mut filled) = (vec![0; LONGEST], 0);
    loop {
        let read = stream.read(&mut buffer[filled..])?;
        if read == 0 {
            return Ok(());
        }
        filled += read;
        // As long as there is a whole header. These clients send no bodies.
        while let Some(length) = header(&buffer[..filled])? {
            buffer.copy_within(length..filled, 0);
            filled -= length;
            stream.write_all(ANSWER)?;
        }
    }
}

/// The length of the header that these bytes begin with; `None` if it is not all there yet.
fn header(bytes: &[u8]) -> io::Result<Option<usize>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    match httparse::Request::new(&mut headers)
        .parse(bytes)
        .map_err(io::Error::other)?
    {
        httparse::Status::Complete(length) => Ok(Some(length)),
        httparse::Status::Partial => Ok(None),
    }
}
