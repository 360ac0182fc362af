//! fails: never overlapped
//!
//! Each call is a task now. But the loop still waits for one before it spawns the next.

/// Makes all calls; their answers, in the order of the calls.
pub async fn all_pages<F>(calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let mut pages = Vec::new();
    for call in calls {
        pages.push(tokio::spawn(call).await.unwrap());
    }
    pages
}
