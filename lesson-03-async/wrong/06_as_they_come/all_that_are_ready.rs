//! fails: wrong result
//!
//! It shows all that are there, and then looks whether the reader has had enough.

use std::ops::ControlFlow;

use tokio::task::JoinSet;

/// Makes all calls, and shows their answers as they come, until `show` says `Break` or all are shown.
pub async fn as_they_come<F>(calls: Vec<F>, mut show: impl FnMut(String) -> ControlFlow<()>)
where
    F: Future<Output = String> + Send + 'static,
{
    let mut tasks: JoinSet<String> = calls.into_iter().collect();
    while let Some(answer) = tasks.join_next().await {
        let mut enough = show(answer.unwrap()).is_break();
        while let Some(answer) = tasks.try_join_next() {
            enough |= show(answer.unwrap()).is_break();
        }
        if enough {
            return;
        }
    }
}
