//! fails: never overlapped
//!
//! The next server is asked only when the one before it has failed: a silent one holds up all.

/// Makes all calls; the first good answer, or `None` when all have failed.
pub async fn first_good<F>(calls: Vec<F>) -> Option<String>
where
    F: Future<Output = Result<String, String>> + Send + 'static,
{
    for call in calls {
        if let Ok(page) = call.await {
            return Some(page);
        }
    }
    None
}
