//! The server of `download`: it thinks for a while, then sends slowly, to each client alike.

use std::io;

use common::Pace;
use http_body_util::BodyExt;
use http_body_util::channel::{Channel, Sender};
use hyper::Response;
use hyper::body::Bytes;
use hyper::header::CONTENT_LENGTH;
use tokio::time::{Instant, sleep_until};

use lesson_04_pools::support::files::block;
use lesson_04_pools::support::http_server::{Body, HttpServer};

/// Seconds until the first byte is on its way.
const LATENCY: f64 = 0.1;
/// Bytes a second to each client.
const RATE: f64 = 200_000.0;
/// Bytes that are sent at once.
const PIECE: usize = 2_000;
/// Pieces of a file.
const PIECES: usize = 10;

/// Seconds that each file takes, with no other client there.
pub const SECONDS: f64 = LATENCY + (PIECE * PIECES) as f64 / RATE;

/// Starts it; its clients run in other processes.
pub fn start(pace: Pace) -> io::Result<HttpServer> {
    HttpServer::start(move |name| {
        let (sender, body) = Channel::new(1);
        tokio::spawn(send(Bytes::from(content(name)), pace, sender));
        let mut response: Response<Body> = Response::new(body.boxed());
        response
            .headers_mut()
            .insert(CONTENT_LENGTH, (PIECE * PIECES).into());
        response
    })
}

/// Makes the content of a file of this name.
pub fn content(name: &str) -> Vec<u8> {
    let mut content = block(name);
    content.truncate(PIECE * PIECES);
    content
}

async fn send(content: Bytes, pace: Pace, mut to: Sender<Bytes, io::Error>) {
    let start = Instant::now();
    for sent in (0..content.len()).step_by(PIECE) {
        let end = sent + PIECE;
        sleep_until(start + pace.seconds(LATENCY + end as f64 / RATE)).await;
        if to.send_data(content.slice(sent..end)).await.is_err() {
            return; // The client went away.
        }
    }
}
