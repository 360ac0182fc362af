//! fails: wrong result
//!
//! It sleeps for all of the limit and then looks which is done: an answer that came early waits as well.

use std::time::Duration;

use futures_util::FutureExt;

/// Both parts, if both come within `limit`.
pub async fn page<F>(head: F, body: F, limit: Duration) -> Option<(String, String)>
where
    F: Future<Output = String> + Send + 'static,
{
    let head = tokio::spawn(head);
    let body = tokio::spawn(body);
    tokio::time::sleep(limit).await;
    Some((head.now_or_never()?.unwrap(), body.now_or_never()?.unwrap()))
}
