//! The web server with a thread for each connection, for comparison.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// The whole answer.
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\nHello, world\n";

/// The longest header that is read.
const LONGEST: usize = 8192;

/// A running server. Its threads end when their clients do; the one that takes connections ends with the program.
#[derive(Debug)]
pub struct ThreadServer {
    address: SocketAddr,
    started: Arc<AtomicUsize>,
    refused: Arc<Mutex<Option<io::Error>>>,
}

impl ThreadServer {
    /// Starts it on a free port.
    pub fn start() -> io::Result<ThreadServer> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let server = ThreadServer {
            address: listener.local_addr()?,
            started: Arc::default(),
            refused: Arc::default(),
        };
        let started = Arc::clone(&server.started);
        let refused = Arc::clone(&server.refused);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                match thread::Builder::new().spawn(move || serve(stream)) {
                    Ok(_) => drop(started.fetch_add(1, Ordering::Relaxed)),
                    Err(error) => {
                        *refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    }
                }
            }
        });

        Ok(server)
    }

    /// Returns the address at which it serves.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the number of threads that it could start.
    pub fn started(&self) -> usize {
        self.started.load(Ordering::Relaxed)
    }

    /// Returns why it could not start another thread, if that happened.
    pub fn refused(&self) -> Option<String> {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.as_ref().map(ToString::to_string)
    }
}

/// Serves one client until it hangs up. The thread waits in `read`, and can do nothing else meanwhile.
fn serve(mut stream: TcpStream) -> io::Result<()> {
    let mut buffer = vec![0; LONGEST];
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..])?;
        if read == 0 {
            return Ok(());
        }
        filled += read;
        // As long as there is a whole header. These clients send no bodies.
        while let Some(length) = header_length(&buffer[..filled])? {
            buffer.copy_within(length..filled, 0);
            filled -= length;
            stream.write_all(ANSWER)?;
        }
    }
}

/// Returns the length of the header that these bytes begin with; `None` if it is incomplete.
fn header_length(bytes: &[u8]) -> io::Result<Option<usize>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(bytes).map_err(io::Error::other)? {
        httparse::Status::Complete(length) => Ok(Some(length)),
        httparse::Status::Partial => Ok(None),
    }
}
