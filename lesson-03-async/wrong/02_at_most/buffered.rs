//! fails: too few at once
//!
//! `buffered` keeps the order by keeping answers back, and those take up places: behind a slow call nothing begins.

use futures_util::stream::{self, StreamExt};

/// Makes all calls, at most `at_once` (one or more) at the same time; their answers, in the order of the calls.
pub async fn at_most<F>(at_once: usize, calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    stream::iter(calls).buffered(at_once).collect().await
}
