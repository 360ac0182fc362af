//! fails: too many at once
//!
//! As in the exercise before: no limit at all.

use futures_util::future::join_all;

/// Makes all calls, at most `at_once` (one or more) at the same time; their answers, in the order of the calls.
pub async fn at_most<F>(at_once: usize, calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    join_all(calls).await
}
