//! The lesson's download server: two megabytes a second to each client.
//!
//! That is why several downloads at once are faster than one after the other: not the client's CPU
//! is the limit, but the rate of each connection.

use std::io;
use std::sync::Arc;

use common::Pace;
use http_body_util::channel::{Channel, Sender};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::CONTENT_LENGTH;
use hyper::{Response, StatusCode};
use tokio::time::{Instant, sleep_until};

use super::fault::{Fault, Faults};
use super::files::{self, FILES, File};
use super::http_server::{Body, HttpServer};

/// Bytes that each client gets in a second.
const RATE: f64 = 2_000_000.0;

/// Starts a server that misbehaves for the files named in `faults`.
pub fn start(pace: Pace, faults: Faults) -> io::Result<HttpServer> {
    let faults = Arc::new(faults);
    HttpServer::start(move |name| answer(name, pace, faults.get(name).copied()))
}

/// Answers a request for the file `name`. A file is then sent by a task of its own.
fn answer(name: &str, pace: Pace, fault: Option<Fault>) -> Response<Body> {
    let text = |text: String| Full::from(text).map_err(|never| match never {}).boxed();
    if name == "SHA256SUMS" {
        return Response::new(text(files::sums()));
    }

    let file = FILES.iter().find(|file| file.name == name);
    let Some(file) = file.filter(|_| fault != Some(Fault::NotFound)) else {
        let mut response = Response::new(text(format!("there is no file {name}\n")));
        *response.status_mut() = StatusCode::NOT_FOUND;
        return response;
    };

    let (sender, body) = Channel::new(1);
    tokio::spawn(send(file, pace, fault, sender));
    let mut response = Response::new(body.boxed());
    response
        .headers_mut()
        .insert(CONTENT_LENGTH, file.bytes.into());
    response
}

/// Sends a file piece by piece. Each piece's time counts from the start: delays do not add up.
async fn send(file: &File, pace: Pace, fault: Option<Fault>, mut to: Sender<Bytes, io::Error>) {
    let content = if fault == Some(Fault::Checksum) {
        "something else"
    } else {
        file.name
    };
    let piece = Bytes::from(files::block(content).repeat(4));
    let start = Instant::now();

    let mut sent = 0;
    while sent < file.bytes {
        if fault == Some(Fault::Cut) && sent > file.bytes / 2 {
            return to.abort(io::Error::other("cut"));
        }
        let length = piece.len().min(file.bytes - sent);
        sent += length;
        sleep_until(start + pace.seconds(sent as f64 / RATE)).await;
        // A slice of `Bytes` is a view: nothing is copied.
        if to.send_data(piece.slice(..length)).await.is_err() {
            return; // The client went away.
        }
    }
}
