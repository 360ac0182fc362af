//! fails: wrong result
//!
//! The second limit starts when the first part has come: together it may take twice as long.

use std::time::Duration;

use tokio::time::timeout;

/// Both parts, if both come within `limit`.
pub async fn page<F>(head: F, body: F, limit: Duration) -> Option<(String, String)>
where
    F: Future<Output = String> + Send + 'static,
{
    let head = tokio::spawn(head);
    let body = tokio::spawn(body);
    let head = timeout(limit, head).await.ok()?.unwrap();
    let body = timeout(limit, body).await.ok()?.unwrap();
    Some((head, body))
}
