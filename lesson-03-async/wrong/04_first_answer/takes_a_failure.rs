//! fails: wrong result
//!
//! The first that ends wins, and that may be one that has failed.

use futures_util::future::select_all;

/// Makes all calls; the first good answer, or `None` when all have failed.
pub async fn first_good<F>(calls: Vec<F>) -> Option<String>
where
    F: Future<Output = Result<String, String>> + Send + 'static,
{
    let (first, _, _rest) = select_all(calls.into_iter().map(Box::pin)).await;
    first.ok()
}
