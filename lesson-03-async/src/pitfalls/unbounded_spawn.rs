//! `unbounded-spawn`: a task for each request, all at once, against a server that takes fifty.

use std::sync::Arc;
use std::time::Duration;

use common::{Failure, Outcome, Run};
use hyper::Uri;
use serde_json::json;
use tokio::runtime::Builder;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tracing::{info, info_span};

use crate::client;
use crate::desk::Rules;
use crate::server::{Route, Server};

/// What the server takes at once.
pub const ALLOWED: usize = 50;

/// Broken: tasks are cheap, so why not two hundred? Because the other side pays.
///
/// # Panics
/// When a task panicked.
pub async fn all_at_once(url: &Uri, requests: usize) -> usize {
    let mut set = JoinSet::new();
    for _ in 0..requests {
        let url = url.clone();
        set.spawn(async move { client::get(&url).await.is_err() });
    }
    count_errors(set).await
}

/// Fixed: as many tasks, and a permit for each request that is under way.
///
/// # Panics
/// When a task panicked.
pub async fn with_permits(url: &Uri, requests: usize) -> usize {
    let permits = Arc::new(Semaphore::new(ALLOWED));
    let mut set = JoinSet::new();
    for _ in 0..requests {
        let (url, permits) = (url.clone(), Arc::clone(&permits));
        set.spawn(async move {
            let _permit = permits
                .acquire()
                .await
                .expect("nobody closes the semaphore");
            client::get(&url).await.is_err()
        });
    }
    count_errors(set).await
}

async fn count_errors(mut set: JoinSet<bool>) -> usize {
    let mut errors = 0;
    while let Some(failed) = set.join_next().await {
        errors += usize::from(failed.expect("a request does not panic"));
    }
    errors
}

fn server(delay: Duration) -> Result<(Server, Uri), Failure> {
    let route = Route {
        path: "/".into(),
        text: "here you are".into(),
        delay,
    };
    let server = Server::start_with(
        Rules {
            at_once: ALLOWED,
            ..Rules::default()
        },
        vec![route],
    )?;
    let url = server.url("/").parse()?;
    Ok((server, url))
}

/// What `cargo run -p lesson-03-async -- unbounded-spawn` runs.
///
/// # Errors
/// When the server or the runtime cannot be started.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let requests = run.count("requests").get();
    // So long that the first have not left when the last come in.
    let (server, url) = server(run.pace.seconds(0.3).max(Duration::from_millis(200)))?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let broken =
        info_span!("all at once").in_scope(|| runtime.block_on(all_at_once(&url, requests)));
    info!(
        "broken: {requests} tasks, {broken} errors; the server turned {} away",
        server.seen().refused
    );
    let fixed =
        info_span!("with permits").in_scope(|| runtime.block_on(with_permits(&url, requests)));
    info!(
        "fixed: {requests} tasks, {ALLOWED} permits, {fixed} errors; at most {} at once",
        server.seen().most
    );
    Ok(Outcome::new(
        json!({ "errors": { "broken": broken, "fixed": fixed } }),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permits_keep_the_server_from_refusing() {
        let (server, url) = server(Duration::from_millis(300)).unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        assert_eq!(
            runtime.block_on(all_at_once(&url, 120)),
            server.seen().refused
        );
        assert!(server.seen().refused > 0);
        assert_eq!(runtime.block_on(with_permits(&url, 120)), 0);
        assert_eq!(server.seen().most, ALLOWED);
    }
}
