//! fails: never overlapped
//!
//! Each answer is shown when it is there, and only then is the next call made.

use std::ops::ControlFlow;

/// Makes all calls, and shows their answers as they come, until `show` says `Break` or all are shown.
pub async fn as_they_come<F>(calls: Vec<F>, mut show: impl FnMut(String) -> ControlFlow<()>)
where
    F: Future<Output = String> + Send + 'static,
{
    for call in calls {
        if show(call.await).is_break() {
            return;
        }
    }
}
