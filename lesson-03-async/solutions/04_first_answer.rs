//! First answer wins: ask several, take the first good answer, and stop the rest.
//!
//! A `JoinSet` hands out results as they come, and stops the tasks that are left when it is dropped.

//? Something must hand out results in the order of their coming, and stop what is left when it goes away.
//? `tokio::task::JoinSet` does both; so does `futures_util::stream::FuturesUnordered`. Do not return at a failure.
//? Collect the calls into a `JoinSet`; `while let Some(ended) = set.join_next().await`, and inside
//?   `if let Ok(Ok(page)) = ended { return Some(page); }`. Behind the loop: `None`.

use tokio::task::JoinSet;

/// Makes all calls; the first good answer, or `None` when all have failed.
pub async fn first_good<F>(calls: Vec<F>) -> Option<String>
where
    F: Future<Output = Result<String, String>> + Send + 'static,
{
    let mut tasks: JoinSet<_> = calls.into_iter().collect();
    while let Some(ended) = tasks.join_next().await {
        if let Ok(Ok(page)) = ended {
            return Some(page);
        }
    }
    None
}
