//! fails: not cancelled
//!
//! The timeout drops two handles. A task does not need its handle to be held.
//!
//! A timeout that cancels: when the time is up, nothing goes on.
//!
//! `page` asks for the two parts of a page at the same time. If both have not come after `limit`, it gives up. That much
//! works. But then both calls go on all the same, and the service still works for a caller that has left. Change it so
//! that both calls are stopped when `page` gives up; and also when the caller gives up on `page`, and drops its future.
//!
//! Study first: `cargo run -p lesson-03-async -- timeout`, src/timeout.rs, and `-- tasks`, src/tasks.rs
//! Judge it:    `cargo run -p lesson-03-async -- check 03_timeout`
//! Level:       2 of 3, about 20 minutes

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
