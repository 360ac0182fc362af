//! fails: too few at once
//!
//! A group at a time: while its slowest call is under way, the others' places stay empty.

use futures_util::future::join_all;

/// Makes all calls, at most `at_once` (one or more) at the same time; their answers, in the order of the calls.
pub async fn at_most<F>(at_once: usize, calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let mut calls = calls.into_iter();
    let mut pages = Vec::new();
    loop {
        let group: Vec<F> = calls.by_ref().take(at_once).collect();
        if group.is_empty() {
            return pages;
        }
        pages.extend(join_all(group).await);
    }
}
