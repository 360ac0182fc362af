//! fails: wrong result
//!
//! All at the same time, but a `JoinSet` hands out what is ready first.

use tokio::task::JoinSet;

/// Makes all calls; their answers, in the order of the calls.
pub async fn all_pages<F>(calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let mut tasks: JoinSet<String> = calls.into_iter().collect();
    let mut pages = Vec::new();
    while let Some(page) = tasks.join_next().await {
        pages.push(page.unwrap());
    }
    pages
}
