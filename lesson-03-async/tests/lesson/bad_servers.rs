//! Servers that answer as no good server does.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Starts a server that reads a request, sends these bytes and hangs up, for every client the same. Returns its URL.
pub fn canned(answer: &'static [u8]) -> String {
    let (listener, url) = silent();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a client that is there");
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if stream.read(&mut byte).expect("the client is still there") == 0 {
                    break;
                }
                request.push(byte[0]);
            }
            // A client may have seen enough before the end of a long answer.
            let _ = stream.write_all(answer);
        }
    });
    url
}

/// Returns a server that takes connections and never says a word, as long as the listener is held; and its URL.
pub fn silent() -> (TcpListener, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let url = format!("http://{}/", listener.local_addr().expect("it is bound"));
    (listener, url)
}

/// Returns a URL where no server listens, as long as the streams are held: its port is in use for something else, so
/// that no other test can get it.
pub fn unreachable() -> ([TcpStream; 2], String) {
    let (listener, _) = silent();
    let stream =
        TcpStream::connect(listener.local_addr().expect("it is bound")).expect("it listens");
    let (other_end, _) = listener.accept().expect("it has just connected");
    let url = format!("http://{}/", stream.local_addr().expect("it is connected"));
    ([stream, other_end], url)
}
