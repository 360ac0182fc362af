//! fails: wrong result
//!
//! All at the same time, but it waits for the last one, and then takes the first in the order of the calls.

use futures_util::future::join_all;

/// Makes all calls; the first good answer, or `None` when all have failed.
pub async fn first_good<F>(calls: Vec<F>) -> Option<String>
where
    F: Future<Output = Result<String, String>> + Send + 'static,
{
    let answers = join_all(calls).await;
    answers.into_iter().find_map(Result::ok)
}
