//! fails: stuck
//!
//! Every answer is shown as it comes. Then it waits for one more: its own sender keeps the channel open.

use std::ops::ControlFlow;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Makes all calls, and shows their answers as they come, until `show` says `Break` or all are shown.
pub async fn as_they_come<F>(calls: Vec<F>, mut show: impl FnMut(String) -> ControlFlow<()>)
where
    F: Future<Output = String> + Send + 'static,
{
    let (sender, mut answers) = mpsc::unbounded_channel();
    let mut tasks = JoinSet::new();
    for call in calls {
        let sender = sender.clone();
        tasks.spawn(async move {
            let _ = sender.send(call.await);
        });
    }
    while let Some(answer) = answers.recv().await {
        if show(answer).is_break() {
            return;
        }
    }
}
