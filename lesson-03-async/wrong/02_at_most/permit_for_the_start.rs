//! fails: too many at once
//!
//! The loop takes a permit before it starts a task, and drops it when the task has been started, not when it is done.

use futures_util::future::join_all;
use tokio::sync::Semaphore;

/// Makes all calls, at most `at_once` (one or more) at the same time; their answers, in the order of the calls.
pub async fn at_most<F>(at_once: usize, calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let permits = Semaphore::new(at_once);
    let mut tasks = Vec::new();
    for call in calls {
        let permit = permits.acquire().await.unwrap();
        tasks.push(tokio::spawn(call));
        drop(permit);
    }
    join_all(tasks)
        .await
        .into_iter()
        .map(|page| page.unwrap())
        .collect()
}
