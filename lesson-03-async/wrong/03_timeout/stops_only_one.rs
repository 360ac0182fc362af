//! fails: not cancelled
//!
//! The call that is being waited for is stopped, and the other one forgotten.

use std::time::Duration;

use tokio::time::timeout;

/// Both parts, if both come within `limit`.
pub async fn page<F>(head: F, body: F, limit: Duration) -> Option<(String, String)>
where
    F: Future<Output = String> + Send + 'static,
{
    let body = tokio::spawn(body);
    let both = async { (head.await, body.await.unwrap()) };
    timeout(limit, both).await.ok()
}
