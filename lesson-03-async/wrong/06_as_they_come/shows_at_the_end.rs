//! fails: wrong result
//!
//! The order is that of the answers, but nothing is shown before the last one is there.

use std::ops::ControlFlow;

use tokio::task::JoinSet;

/// Makes all calls, and shows their answers as they come, until `show` says `Break` or all are shown.
pub async fn as_they_come<F>(calls: Vec<F>, mut show: impl FnMut(String) -> ControlFlow<()>)
where
    F: Future<Output = String> + Send + 'static,
{
    let tasks: JoinSet<String> = calls.into_iter().collect();
    for answer in tasks.join_all().await {
        if show(answer).is_break() {
            return;
        }
    }
}
