//! fails: never overlapped
//!
//! The loop awaits each call where it comes to it: the next one is not made before.

/// Makes all calls; their answers, in the order of the calls.
pub async fn all_pages<F>(calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let mut pages = Vec::new();
    for call in calls {
        pages.push(call.await);
    }
    pages
}
