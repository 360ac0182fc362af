//! fails: keeps asking
//!
//! A look at every task each millisecond: the thread never comes to rest while the calls wait.

use std::time::Duration;

use tokio::time::sleep;

/// Makes all calls; their answers, in the order of the calls.
pub async fn all_pages<F>(calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let tasks: Vec<_> = calls.into_iter().map(tokio::spawn).collect();
    while tasks.iter().any(|task| !task.is_finished()) {
        sleep(Duration::from_millis(1)).await;
    }
    let mut pages = Vec::new();
    for task in tasks {
        pages.push(task.await.unwrap());
    }
    pages
}
