//! fails: not cancelled: when the caller has dropped the future
//!
//! The tasks are aborted when there is an answer, and go on when the caller drops the future before.

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Makes all calls; the first good answer, or `None` when all have failed.
pub async fn first_good<F>(calls: Vec<F>) -> Option<String>
where
    F: Future<Output = Result<String, String>> + Send + 'static,
{
    let (sender, mut good) = mpsc::channel(1);
    let tasks: Vec<JoinHandle<()>> = calls
        .into_iter()
        .map(|call| {
            let sender = sender.clone();
            tokio::spawn(async move {
                if let Ok(page) = call.await {
                    let _ = sender.send(page).await;
                }
            })
        })
        .collect();
    drop(sender);
    let first = good.recv().await;
    for task in tasks {
        task.abort();
    }
    first
}
