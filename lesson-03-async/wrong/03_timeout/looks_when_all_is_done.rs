//! fails: wrong result
//!
//! It waits for both parts, and then looks whether they were in time.

use std::time::Duration;

use tokio::time::Instant;

/// Both parts, if both come within `limit`.
pub async fn page<F>(head: F, body: F, limit: Duration) -> Option<(String, String)>
where
    F: Future<Output = String> + Send + 'static,
{
    let start = Instant::now();
    let both = tokio::join!(head, body);
    (start.elapsed() <= limit).then_some(both)
}
