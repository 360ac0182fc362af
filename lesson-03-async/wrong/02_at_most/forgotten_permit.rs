//! fails: stuck: look for an endless loop, or for a wait that nobody ends
//!
//! `forget` takes the permit out of the semaphore for good: when all are gone, the rest waits for ever.

use futures_util::future::join_all;
use tokio::sync::Semaphore;

/// Makes all calls, at most `at_once` (one or more) at the same time; their answers, in the order of the calls.
pub async fn at_most<F>(at_once: usize, calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let permits = Semaphore::new(at_once);
    let with_permit = async |call: F| {
        permits.acquire().await.unwrap().forget();
        call.await
    };
    join_all(calls.into_iter().map(with_permit)).await
}
