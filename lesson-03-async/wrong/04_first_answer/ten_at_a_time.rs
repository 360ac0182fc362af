//! fails: too few at once
//!
//! Ten servers are asked. The eleventh, which would be the first to answer, is asked when one of
//! them has failed.

use futures_util::stream::{self, StreamExt};

/// Makes all calls; the first good answer, or `None` when all have failed.
pub async fn first_good<F>(calls: Vec<F>) -> Option<String>
where
    F: Future<Output = Result<String, String>> + Send + 'static,
{
    let mut answers = stream::iter(calls).buffer_unordered(10);
    while let Some(answer) = answers.next().await {
        if let Ok(page) = answer {
            return Some(page);
        }
    }
    None
}
