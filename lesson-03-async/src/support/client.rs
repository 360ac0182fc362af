//! A small HTTP client: connect, send a request, read the answer. Every `.await` is a place where the thread may
//! turn to something else until the network has more to say.

use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper::{Method, Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// The longest answer that is read, in bytes. A server may send without end.
pub const LONGEST_ANSWER: usize = 64 * 1024;

/// The reason why a call has no good answer.
#[derive(Debug)]
pub enum CallError {
    /// No server answers at this address.
    Connect(io::Error),
    /// The connection broke, or what came was not HTTP.
    Http(hyper::Error),
    /// The server itself says that it went wrong.
    Status(StatusCode),
    /// There was no answer in all this time.
    Late(Duration),
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Connect(error) => write!(f, "cannot connect: {error}"),
            // hyper says what failed, and its source says why.
            CallError::Http(error) => match error.source() {
                Some(source) => write!(f, "no complete answer: {error}: {source}"),
                None => write!(f, "no complete answer: {error}"),
            },
            CallError::Status(status) => write!(f, "the server answered {status}"),
            CallError::Late(patience) => write!(f, "no answer within {patience:?}"),
        }
    }
}

impl Error for CallError {}

impl From<hyper::Error> for CallError {
    fn from(error: hyper::Error) -> Self {
        CallError::Http(error)
    }
}

/// Asks for the text at `url`. Of a long text only the beginning is read.
pub async fn get(url: &Uri) -> Result<String, CallError> {
    send(Method::GET, url).await
}

/// Sends a request of any kind, without a body.
pub async fn send(method: Method, url: &Uri) -> Result<String, CallError> {
    let authority = url.authority().expect("a checked URL has a host");
    let host = authority.host().trim_matches(['[', ']']);
    let port = authority.port_u16().unwrap_or(80);
    let stream = TcpStream::connect((host, port))
        .await
        .map_err(CallError::Connect)?;

    // hyper hands out two halves: `sender` takes requests, `connection` moves the bytes, as a task of its own.
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);

    let path = url.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(HOST, authority.as_str())
        .body(Empty::<Bytes>::new())
        .expect("parts of a URL make a request");
    let response = sender.send_request(request).await?;
    if !response.status().is_success() {
        return Err(CallError::Status(response.status()));
    }
    read(response.into_body()).await
}

/// Reads a text as it arrives, piece by piece.
async fn read(mut body: Incoming) -> Result<String, CallError> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        if let Ok(piece) = frame?.into_data() {
            bytes.extend_from_slice(&piece);
        }
        if bytes.len() > LONGEST_ANSWER {
            let text = String::from_utf8_lossy(&bytes[..LONGEST_ANSWER]);
            return Ok(format!("{text} ... (cut after {LONGEST_ANSWER} bytes)"));
        }
    }

    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
