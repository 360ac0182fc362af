//! fails: wrong result
//!
//! The tasks are started, and not waited for.

use std::sync::{Arc, Mutex};

/// Makes all calls; their answers, in the order of the calls.
pub async fn all_pages<F>(calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let pages = Arc::new(Mutex::new(Vec::new()));
    for call in calls {
        let pages = Arc::clone(&pages);
        tokio::spawn(async move {
            let page = call.await;
            pages.lock().unwrap().push(page);
        });
    }
    let found = pages.lock().unwrap().clone();
    found
}
