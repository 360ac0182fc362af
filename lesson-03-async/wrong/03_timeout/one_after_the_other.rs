//! fails: never overlapped
//!
//! Nothing goes on, but the second call is made only when the first is answered.

use std::time::Duration;

use tokio::time::timeout;

/// Both parts, if both come within `limit`.
pub async fn page<F>(head: F, body: F, limit: Duration) -> Option<(String, String)>
where
    F: Future<Output = String> + Send + 'static,
{
    let both = async { (head.await, body.await) };
    timeout(limit, both).await.ok()
}
