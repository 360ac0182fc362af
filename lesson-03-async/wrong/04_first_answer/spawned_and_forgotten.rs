//! fails: not cancelled
//!
//! The first answer comes through a channel. The tasks that lost go on, and send to no receiver.

use tokio::sync::mpsc;

/// Makes all calls; the first good answer, or `None` when all have failed.
pub async fn first_good<F>(calls: Vec<F>) -> Option<String>
where
    F: Future<Output = Result<String, String>> + Send + 'static,
{
    let (sender, mut answers) = mpsc::unbounded_channel();
    for call in calls {
        let sender = sender.clone();
        tokio::spawn(async move {
            let _ = sender.send(call.await);
        });
    }
    drop(sender);
    while let Some(answer) = answers.recv().await {
        if let Ok(page) = answer {
            return Some(page);
        }
    }
    None
}
