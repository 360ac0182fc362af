//! fails: too few at once
//!
//! `join!` takes as many as are written down, so this goes through the calls in pairs.

/// Makes all calls; their answers, in the order of the calls.
pub async fn all_pages<F>(calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let mut calls = calls.into_iter();
    let mut pages = Vec::new();
    while let Some(one) = calls.next() {
        match calls.next() {
            Some(other) => {
                let (one, other) = tokio::join!(one, other);
                pages.extend([one, other]);
            }
            None => pages.push(one.await),
        }
    }
    pages
}
