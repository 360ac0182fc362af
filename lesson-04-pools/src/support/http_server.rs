//! HTTP for the servers of the lesson: hyper, on a [`Background`].

use std::convert::Infallible;
use std::io;

use http_body_util::combinators::BoxBody;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

use super::background::Background;

/// The bytes of an answer: all at once, or piece by piece.
pub type Body = BoxBody<Bytes, io::Error>;

/// A running server. Dropping it ends it.
#[derive(Debug)]
pub struct HttpServer(Background);

impl HttpServer {
    /// Starts a server that answers a request for `/name` with `answer(name)`, called inside its
    /// runtime.
    pub fn start(
        answer: impl Fn(&str) -> Response<Body> + Clone + Send + 'static,
    ) -> io::Result<HttpServer> {
        let background = Background::start(move |stream| {
            let answer = answer.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                let response = answer(request.uri().path().trim_start_matches('/'));
                async { Ok::<_, Infallible>(response) }
            });
            // A connection that fails is the client's to report.
            http1::Builder::new().serve_connection(TokioIo::new(stream), service)
        })?;
        Ok(HttpServer(background))
    }

    /// Returns the address of a file.
    pub fn url(&self, file: &str) -> String {
        format!("http://{}/{file}", self.host())
    }

    /// Returns host and port.
    pub fn host(&self) -> String {
        self.0.address().to_string()
    }
}
