//! fails: wrong result
//!
//! It sleeps for a while, and then shows what has ended in the meantime: in the order of the calls, and late.

use std::ops::ControlFlow;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::sleep;

/// Makes all calls, and shows their answers as they come, until `show` says `Break` or all are shown.
pub async fn as_they_come<F>(calls: Vec<F>, mut show: impl FnMut(String) -> ControlFlow<()>)
where
    F: Future<Output = String> + Send + 'static,
{
    let mut tasks: Vec<_> = calls.into_iter().map(tokio::spawn).collect();
    while !tasks.is_empty() {
        sleep(Duration::from_secs(3)).await;
        for mut task in std::mem::take(&mut tasks) {
            match (&mut task).now_or_never() {
                None => tasks.push(task),
                Some(answer) => {
                    if show(answer.unwrap()).is_break() {
                        return;
                    }
                }
            }
        }
    }
}
