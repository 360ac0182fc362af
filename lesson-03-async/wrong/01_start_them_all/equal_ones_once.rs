//! fails: wrong result
//!
//! Two answers may be equal. They are two answers all the same.

use futures_util::future::join_all;

/// Makes all calls; their answers, in the order of the calls.
pub async fn all_pages<F>(calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let mut pages = join_all(calls).await;
    pages.dedup();
    pages
}
