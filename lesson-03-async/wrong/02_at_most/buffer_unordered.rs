//! fails: wrong result
//!
//! The limit is kept and no place is empty, but the answers come as they are ready.

use futures_util::stream::{self, StreamExt};

/// Makes all calls, at most `at_once` (one or more) at the same time; their answers, in the order of the calls.
pub async fn at_most<F>(at_once: usize, calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    stream::iter(calls)
        .buffer_unordered(at_once)
        .collect()
        .await
}
