//! fails: wrong result
//!
//! Head and body as they come: where the body is first, it is taken for the head.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

/// Both parts, if both come within `limit`.
pub async fn page<F>(head: F, body: F, limit: Duration) -> Option<(String, String)>
where
    F: Future<Output = String> + Send + 'static,
{
    let mut parts: JoinSet<String> = [head, body].into_iter().collect();
    let both = async {
        let head = parts.join_next().await?.ok()?;
        let body = parts.join_next().await?.ok()?;
        Some((head, body))
    };
    timeout(limit, both).await.ok().flatten()
}
