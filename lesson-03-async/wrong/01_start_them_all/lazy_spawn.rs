//! fails: never overlapped
//!
//! `map` is lazy: each task is spawned when the loop asks for it, which is when the one before it has ended.

/// Makes all calls; their answers, in the order of the calls.
pub async fn all_pages<F>(calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let tasks = calls.into_iter().map(tokio::spawn);
    let mut pages = Vec::new();
    for task in tasks {
        pages.push(task.await.unwrap());
    }
    pages
}
