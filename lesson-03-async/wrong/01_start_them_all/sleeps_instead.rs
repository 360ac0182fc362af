//! fails: wrong result
//!
//! It waits for a time that was long enough once, and not for the tasks.

use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Makes all calls; their answers, in the order of the calls.
pub async fn all_pages<F>(calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let pages = Arc::new(Mutex::new(vec![String::new(); calls.len()]));
    for (index, call) in calls.into_iter().enumerate() {
        let pages = Arc::clone(&pages);
        tokio::spawn(async move {
            let page = call.await;
            pages.lock().unwrap()[index] = page;
        });
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    let found = pages.lock().unwrap().clone();
    found
}
