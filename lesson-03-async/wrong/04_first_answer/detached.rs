//! fails: not cancelled
//!
//! The set is told to let its tasks go, which is the opposite of stopping them.

use tokio::task::JoinSet;

/// Makes all calls; the first good answer, or `None` when all have failed.
pub async fn first_good<F>(calls: Vec<F>) -> Option<String>
where
    F: Future<Output = Result<String, String>> + Send + 'static,
{
    let mut tasks: JoinSet<_> = calls.into_iter().collect();
    let mut first = None;
    while let Some(ended) = tasks.join_next().await {
        if let Ok(Ok(page)) = ended {
            first = Some(page);
            break;
        }
    }
    tasks.detach_all();
    first
}
