//! fails: not cancelled
//!
//! The timeout drops two handles. A task does not need anybody to hold its handle.

use std::time::Duration;

use tokio::time::timeout;

/// Both parts, if both come within `limit`.
pub async fn page<F>(head: F, body: F, limit: Duration) -> Option<(String, String)>
where
    F: Future<Output = String> + Send + 'static,
{
    let (head, body) = (tokio::spawn(head), tokio::spawn(body));
    let both = async {
        let head = head.await.expect("a call does not panic");
        (head, body.await.expect("a call does not panic"))
    };
    timeout(limit, both).await.ok()
}
