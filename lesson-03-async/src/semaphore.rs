//! `semaphore`: a hundred requests, five at a time. The server counts.

use std::sync::Arc;

use common::{Failure, Outcome, Run};
use hyper::Uri;
use serde_json::json;
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tracing::{Instrument, Span, info, info_span};

use crate::client::{self, CallError};
use crate::server::{Route, Server};

/// Tasks with a row of their own on the timeline; a hundred rows would show less.
const ROWS: usize = 12;

/// One request, as soon as there is a permit for it.
///
/// # Errors
/// As [`client::get`].
///
/// # Panics
/// Never: nobody closes the semaphore.
pub async fn ask(url: Uri, permits: Arc<Semaphore>) -> Result<String, CallError> {
    let wait = info_span!("acquire", waits_for = "a permit");
    // Given back when it is dropped, also if the task fails, panics or is cancelled.
    let _permit = permits
        .acquire()
        .instrument(wait)
        .await
        .expect("nobody closes the semaphore");
    client::get(&url).instrument(info_span!("request")).await
}

/// So many requests, of which at most `at_once` are under way at the same time. How many had a good answer.
///
/// # Panics
/// When a task panicked.
pub async fn all(url: &Uri, requests: usize, at_once: usize) -> usize {
    let permits = Arc::new(Semaphore::new(at_once));
    let mut set = JoinSet::new();
    for number in 1..=requests {
        let span = if number <= ROWS {
            info_span!("call", task = format!("request {number}"))
        } else {
            Span::none()
        };
        set.spawn(ask(url.clone(), Arc::clone(&permits)).instrument(span));
    }
    let mut good = 0;
    while let Some(answer) = set.join_next().await {
        good += usize::from(answer.expect("a request does not panic").is_ok());
    }
    good
}

/// What `cargo run -p lesson-03-async -- semaphore` runs.
///
/// # Errors
/// When the server or the runtime cannot be started.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (requests, at_once) = (run.count("requests").get(), run.count("at-once").get());
    let delay = run.pace.seconds(0.1);
    let server = Server::start(vec![Route {
        path: "/".into(),
        text: "here you are".into(),
        delay,
    }])?;
    let url: Uri = server.url("/").parse()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    info!("{requests} tasks, {at_once} permits");
    let good = runtime.block_on(all(&url, requests, at_once));
    let seen = server.seen();
    info!(
        "{good} answers; the most that the server ever saw at once: {}",
        seen.most
    );
    Ok(Outcome::new(
        json!({ "answers": good, "most_at_once": seen.most }),
    ))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_server_never_sees_more_than_there_are_permits() {
        let delay = Duration::from_millis(5);
        let server = Server::start(vec![Route {
            path: "/".into(),
            text: "x".into(),
            delay,
        }])
        .unwrap();
        let url = server.url("/").parse().unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        assert_eq!(runtime.block_on(all(&url, 30, 3)), 30);
        assert_eq!((server.seen().most, server.seen().asked), (3, 30));
    }
}
