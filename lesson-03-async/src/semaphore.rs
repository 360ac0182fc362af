//! `semaphore`: a hundred requests, five at a time. The server counts.

use std::sync::Arc;

use hyper::Uri;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tracing::{Instrument, Span, info_span};

use crate::support::client::{self, CallError};

/// Makes one request, as soon as there is a permit for it.
pub async fn ask(url: Uri, permits: Arc<Semaphore>) -> Result<String, CallError> {
    let wait = info_span!("acquire", waits_for = "a permit");
    // Given back when it is dropped, also if the task fails, panics or is cancelled.
    let _permit = permits
        .acquire()
        .instrument(wait)
        .await
        .expect("the semaphore is never closed");
    client::get(&url).instrument(info_span!("request")).await
}

/// Makes `requests`, at most `at_once` of them at the same time, and returns how many had a good answer.
pub async fn all(url: &Uri, requests: usize, at_once: usize) -> usize {
    let permits = Arc::new(Semaphore::new(at_once));
    let mut set = JoinSet::new();
    for number in 1..=requests {
        let asking = ask(url.clone(), Arc::clone(&permits));
        set.spawn(asking.instrument(row(number)));
    }

    let mut good = 0;
    while let Some(answer) = set.join_next().await {
        good += usize::from(answer.expect("a request does not panic").is_ok());
    }
    good
}

/// Gives the first tasks a row of their own on the timeline; a hundred rows would show less.
fn row(number: usize) -> Span {
    if number <= 12 {
        info_span!("call", task = format!("request {number}"))
    } else {
        Span::none()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::support::api_server::{ApiServer, Route};

    #[tokio::test]
    async fn the_server_never_sees_more_than_there_are_permits() {
        let routes = vec![Route::new("/", "x", Duration::from_millis(5))];
        let server = ApiServer::start(routes).unwrap();
        assert_eq!(all(&server.url("/"), 30, 3).await, 30);
        assert_eq!((server.counts().most, server.counts().asked), (3, 30));
    }
}
