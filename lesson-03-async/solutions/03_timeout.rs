//! A timeout that cancels: when the time is up, nothing goes on.
//!
//! No tasks: the two calls are part of the one future that `timeout` drops, and so they end with it. The caller that
//! drops the future of `page` drops them as well.

//? `timeout` drops the future that it was given. What was inside that future: the calls, or only handles of tasks?
//? A task goes on when its handle is dropped. Two futures can be under way at the same time without being tasks.
//? `let both = async { tokio::join!(head, body) };` in place of the spawned tasks. If you want tasks: a `JoinSet`
//?   stops its own when it is dropped.

use std::time::Duration;

use tokio::time::timeout;

/// Both parts, if both come within `limit`.
pub async fn page<F>(head: F, body: F, limit: Duration) -> Option<(String, String)>
where
    F: Future<Output = String> + Send + 'static,
{
    let both = async { tokio::join!(head, body) };
    timeout(limit, both).await.ok()
}
