//! fails: too many at once
//!
//! Every call has a semaphore of its own, and always finds a permit.

use futures_util::future::join_all;
use tokio::sync::Semaphore;

/// Makes all calls, at most `at_once` (one or more) at the same time; their answers, in the order of the calls.
pub async fn at_most<F>(at_once: usize, calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let with_permit = async |call: F| {
        let permits = Semaphore::new(at_once);
        let _permit = permits.acquire().await.unwrap();
        call.await
    };
    join_all(calls.into_iter().map(with_permit)).await
}
