//! fails: wrong result
//!
//! It looks 400 ms later: an answer that has come meanwhile is shown late.

use std::ops::ControlFlow;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

/// Makes all calls, and shows their answers as they come, until `show` says `Break` or all are shown.
pub async fn as_they_come<F>(calls: Vec<F>, mut show: impl FnMut(String) -> ControlFlow<()>)
where
    F: Future<Output = String> + Send + 'static,
{
    let mut tasks: JoinSet<String> = calls.into_iter().collect();
    while !tasks.is_empty() {
        while let Some(answer) = tasks.try_join_next() {
            if show(answer.unwrap()).is_break() {
                return;
            }
        }
        if !tasks.is_empty() {
            sleep(Duration::from_millis(400)).await;
        }
    }
}
