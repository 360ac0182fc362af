//! fails: not cancelled: when the caller has dropped the future
//!
//! The tasks are aborted when the reader has seen enough, and go on when the caller drops the future before.

use std::ops::ControlFlow;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Makes all calls, and shows their answers as they come, until `show` says `Break` or all are shown.
pub async fn as_they_come<F>(calls: Vec<F>, mut show: impl FnMut(String) -> ControlFlow<()>)
where
    F: Future<Output = String> + Send + 'static,
{
    let (sender, mut answers) = mpsc::unbounded_channel();
    let start = |call: F| {
        let sender = sender.clone();
        tokio::spawn(async move {
            let _ = sender.send(call.await);
        })
    };
    let tasks: Vec<JoinHandle<()>> = calls.into_iter().map(start).collect();
    drop(sender);
    while let Some(answer) = answers.recv().await {
        if show(answer).is_break() {
            break;
        }
    }
    for task in tasks {
        task.abort();
    }
}
