//! How the lesson's own server answers one request.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, StatusCode};
use tokio::time::sleep;

use crate::desk::Desk;

/// What the server has at one path.
#[derive(Clone, Debug)]
pub struct Route {
    /// The path, such as `/news`.
    pub path: String,
    /// The answer.
    pub text: String,
    /// How long the answer takes.
    pub delay: Duration,
}

/// Answers one request, after the delay of its path.
pub(crate) async fn answer(
    request: Request<Incoming>,
    routes: Arc<[Route]>,
    desk: Arc<Desk>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let Some(route) = routes
        .iter()
        .find(|route| route.path == request.uri().path())
    else {
        return Ok(text(StatusCode::NOT_FOUND, "there is nothing at this path"));
    };
    // If the client hangs up, hyper drops this future where it waits, and `visit` with it.
    let visit = desk.enter();
    if visit.is_refused() {
        return Ok(text(StatusCode::SERVICE_UNAVAILABLE, "not now"));
    }
    sleep(route.delay).await;
    Ok(if visit.done() {
        text(StatusCode::OK, &route.text)
    } else {
        text(StatusCode::INTERNAL_SERVER_ERROR, "that went wrong")
    })
}

fn text(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(text.to_owned()));
    *response.status_mut() = status;
    response
}
