//! fails: too few at once
//!
//! With five calls all are under way, with forty there are ten.

use futures_util::stream::{self, StreamExt};

/// Makes all calls; their answers, in the order of the calls.
pub async fn all_pages<F>(calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    stream::iter(calls).buffered(10).collect().await
}
