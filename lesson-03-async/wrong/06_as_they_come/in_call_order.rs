//! fails: wrong result
//!
//! All are started. But the handles are awaited in the order of the calls: a slow one keeps back those behind it.

use std::ops::ControlFlow;

/// Makes all calls, and shows their answers as they come, until `show` says `Break` or all are shown.
pub async fn as_they_come<F>(calls: Vec<F>, mut show: impl FnMut(String) -> ControlFlow<()>)
where
    F: Future<Output = String> + Send + 'static,
{
    let tasks: Vec<_> = calls.into_iter().map(tokio::spawn).collect();
    for task in tasks {
        if show(task.await.unwrap()).is_break() {
            return;
        }
    }
}
