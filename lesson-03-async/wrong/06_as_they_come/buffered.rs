//! fails: wrong result
//!
//! `buffered` makes all calls at once, and then hands out the answers in the order of the calls.

use std::ops::ControlFlow;

use futures_util::stream::{self, StreamExt};

/// Makes all calls, and shows their answers as they come, until `show` says `Break` or all are shown.
pub async fn as_they_come<F>(calls: Vec<F>, mut show: impl FnMut(String) -> ControlFlow<()>)
where
    F: Future<Output = String> + Send + 'static,
{
    let at_once = calls.len();
    let mut answers = stream::iter(calls).buffered(at_once);
    while let Some(answer) = answers.next().await {
        if show(answer).is_break() {
            return;
        }
    }
}
