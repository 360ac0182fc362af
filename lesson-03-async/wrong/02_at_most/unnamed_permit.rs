//! fails: too many at once
//!
//! `let _ =` binds nothing: the permit is dropped in the same line, before the call is made.

use futures_util::future::join_all;
use tokio::sync::Semaphore;

/// Makes all calls, at most `at_once` (one or more) at the same time; their answers, in the order of the calls.
pub async fn at_most<F>(at_once: usize, calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let permits = Semaphore::new(at_once);
    let with_permit = async |call: F| {
        let _ = permits.acquire().await.unwrap();
        call.await
    };
    join_all(calls.into_iter().map(with_permit)).await
}
