//! At most N at a time: a limit, and no idle hands.
//!
//! All are started, and each waits for a permit first. The permit has a name, so it lives until the call is answered.

//? `tokio::sync::Semaphore` counts permits: `acquire` waits for one, and a permit is given back when it is dropped.
//? Wrap each call in a future that first acquires a permit and then awaits the call; `join_all` those futures.
//? `let _permit = permits.acquire().await.expect("it is never closed"); call.await`, for each call. The name matters:
//?   `let _ = …` would drop the permit on the spot.

use futures_util::future::join_all;
use tokio::sync::Semaphore;

/// Makes all calls, at most `at_once` (1 to 1,000) at the same time; their answers, in the order of the calls.
pub async fn at_most<F>(at_once: usize, calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    let permits = Semaphore::new(at_once);
    let with_permit = async |call: F| {
        let _permit = permits.acquire().await.expect("it is never closed");
        call.await
    };
    join_all(calls.into_iter().map(with_permit)).await
}
