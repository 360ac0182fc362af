//! fails: stuck
//!
//! When all have failed no task will send any more. But one sender is still there, here, so the channel does not end.

use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Makes all calls; the first good answer, or `None` when all have failed.
pub async fn first_good<F>(calls: Vec<F>) -> Option<String>
where
    F: Future<Output = Result<String, String>> + Send + 'static,
{
    let (sender, mut answers) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    for call in calls {
        let sender = sender.clone();
        tasks.spawn(async move {
            if let Ok(page) = call.await {
                let _ = sender.send(page);
            }
        });
    }
    answers.recv().await
}
