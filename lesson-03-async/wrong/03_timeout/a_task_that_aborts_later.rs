//! fails: left a task behind
//!
//! A task aborts the calls when the time is up. Where they come in time it goes on all the same.

use std::time::Duration;

use tokio::time::sleep;

/// Both parts, if both come within `limit`.
pub async fn page<F>(head: F, body: F, limit: Duration) -> Option<(String, String)>
where
    F: Future<Output = String> + Send + 'static,
{
    let head = tokio::spawn(head);
    let body = tokio::spawn(body);
    let handles = [head.abort_handle(), body.abort_handle()];
    tokio::spawn(async move {
        sleep(limit).await;
        handles.iter().for_each(|handle| handle.abort());
    });
    let (head, body) = tokio::join!(head, body);
    Some((head.ok()?, body.ok()?))
}
