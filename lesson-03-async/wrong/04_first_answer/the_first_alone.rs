//! fails: never overlapped: only 1 of 3 calls ever began
//!
//! One server is asked, and the others are not even tried when it fails or is silent.

/// Makes all calls; the first good answer, or `None` when all have failed.
pub async fn first_good<F>(calls: Vec<F>) -> Option<String>
where
    F: Future<Output = Result<String, String>> + Send + 'static,
{
    calls.into_iter().next()?.await.ok()
}
