//! fails: wrong result
//!
//! It never looks at what `show` says.

use std::ops::ControlFlow;

use futures_util::stream::{FuturesUnordered, StreamExt};

/// Makes all calls, and shows their answers as they come, until `show` says `Break` or all are shown.
pub async fn as_they_come<F>(calls: Vec<F>, mut show: impl FnMut(String) -> ControlFlow<()>)
where
    F: Future<Output = String> + Send + 'static,
{
    let mut calls: FuturesUnordered<F> = calls.into_iter().collect();
    while let Some(answer) = calls.next().await {
        let _ = show(answer);
    }
}
