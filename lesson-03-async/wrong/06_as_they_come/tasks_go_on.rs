//! fails: not cancelled
//!
//! Nothing more is shown after the `Break`. But the tasks that are left send to a channel that is gone.

use std::ops::ControlFlow;

use tokio::sync::mpsc;

/// Makes all calls, and shows their answers as they come, until `show` says `Break` or all are shown.
pub async fn as_they_come<F>(calls: Vec<F>, mut show: impl FnMut(String) -> ControlFlow<()>)
where
    F: Future<Output = String> + Send + 'static,
{
    let (sender, mut answers) = mpsc::unbounded_channel();
    for call in calls {
        let sender = sender.clone();
        tokio::spawn(async move {
            let _ = sender.send(call.await);
        });
    }
    drop(sender);
    while let Some(answer) = answers.recv().await {
        if show(answer).is_break() {
            return;
        }
    }
}
