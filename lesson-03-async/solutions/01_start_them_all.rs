//! Start them all: calls that could wait at the same time, and do not.
//!
//! `join_all` is one future that polls all the others: no task is needed. To spawn a task for each call first, and then
//! to await their handles, is as good.

//? A future does nothing before it is polled. When is the second call polled for the first time?
//? Either make one future of all of them, or start a task for each before you await the first.
//? `futures_util::future::join_all(calls).await` keeps the order. With tasks:
//?   `let tasks: Vec<_> = calls.into_iter().map(tokio::spawn).collect();`, and then await each of them.

use futures_util::future::join_all;

/// Makes all calls; their answers, in the order of the calls.
pub async fn all_pages<F>(calls: Vec<F>) -> Vec<String>
where
    F: Future<Output = String> + Send + 'static,
{
    join_all(calls).await
}
