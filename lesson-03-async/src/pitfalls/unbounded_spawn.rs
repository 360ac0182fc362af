//! `unbounded-spawn`: a task for each request, all at once, against a server that takes fifty.

use std::sync::Arc;

use hyper::Uri;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::support::client;

/// Requests that the server takes at once.
pub const ALLOWED: usize = 50;

/// Broken: tasks are cheap, so why not two hundred? Because the other side pays. Returns the number of errors.
pub async fn all_at_once(url: &Uri, requests: usize) -> usize {
    let mut set = JoinSet::new();
    for _ in 0..requests {
        let url = url.clone();
        set.spawn(async move { client::get(&url).await.is_err() });
    }
    count_errors(set).await
}

/// Fixed: as many tasks, and a permit for each request that is under way.
pub async fn with_permits(url: &Uri, requests: usize) -> usize {
    let permits = Arc::new(Semaphore::new(ALLOWED));
    let mut set = JoinSet::new();
    for _ in 0..requests {
        let url = url.clone();
        let permits = Arc::clone(&permits);
        set.spawn(async move {
            let permit = permits.acquire().await;
            let _permit = permit.expect("the semaphore is never closed");
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::support::api_server::{ApiServer, Route};
    use crate::support::server_stats::Rules;

    #[tokio::test]
    async fn permits_keep_the_server_from_refusing() {
        let rules = Rules {
            at_once: ALLOWED,
            ..Rules::default()
        };
        let route = Route::new("/", "x", Duration::from_millis(300));
        let server = ApiServer::start_with(rules, vec![route]).unwrap();
        let url = server.url("/");

        let errors = all_at_once(&url, 120).await;
        assert_eq!(errors, server.counts().refused);
        assert!(errors > 0);
        assert_eq!(with_permits(&url, 120).await, 0);
        assert_eq!(server.counts().most, ALLOWED);
    }
}
