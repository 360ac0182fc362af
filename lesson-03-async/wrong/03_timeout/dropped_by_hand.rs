//! fails: not cancelled
//!
//! Dropping a handle on purpose does no more than dropping it by accident.

use std::time::Duration;

use tokio::time::timeout;

/// Both parts, if both come within `limit`.
pub async fn page<F>(head: F, body: F, limit: Duration) -> Option<(String, String)>
where
    F: Future<Output = String> + Send + 'static,
{
    let (mut head, mut body) = (tokio::spawn(head), tokio::spawn(body));
    let both = timeout(limit, async { tokio::join!(&mut head, &mut body) }).await;
    match both {
        Ok((head, body)) => Some((head.unwrap(), body.unwrap())),
        Err(_) => {
            drop(head);
            drop(body);
            None
        }
    }
}
