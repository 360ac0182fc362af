//! fails: too few at once: 1100 calls
//!
//! Where 1,000 are allowed, a hundred are too few.

use futures_util::stream::{self, StreamExt};

/// Makes all calls, at most `at_once` (1 to 1,000) at the same time; their answers, in the order of the calls.
pub async fn at_most<F>(at_once: usize, calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let calls = calls.into_iter().enumerate();
    let numbered = calls.map(async |(number, call)| (number, call.await));
    let mut pages: Vec<(usize, String)> = stream::iter(numbered)
        .buffer_unordered(at_once.min(100))
        .collect()
        .await;
    pages.sort();
    pages.into_iter().map(|(_, page)| page).collect()
}
