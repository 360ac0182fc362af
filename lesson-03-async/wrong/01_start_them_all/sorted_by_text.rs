//! fails: wrong result
//!
//! The answers are sorted by their text, and that is not the order of the calls.

use futures_util::stream::{FuturesUnordered, StreamExt};

/// Makes all calls; their answers, in the order of the calls.
pub async fn all_pages<F>(calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let calls: FuturesUnordered<F> = calls.into_iter().collect();
    let mut pages: Vec<String> = calls.collect().await;
    pages.sort();
    pages
}
