//! fails: wrong result
//!
//! An empty page is a good answer too: `Ok` says so.

use tokio::task::JoinSet;

/// Makes all calls; the first good answer, or `None` when all have failed.
pub async fn first_good<F>(calls: Vec<F>) -> Option<String>
where
    F: Future<Output = Result<String, String>> + Send + 'static,
{
    let mut tasks: JoinSet<_> = calls.into_iter().collect();
    while let Some(ended) = tasks.join_next().await {
        if let Ok(Ok(page)) = ended
            && !page.is_empty()
        {
            return Some(page);
        }
    }
    None
}
