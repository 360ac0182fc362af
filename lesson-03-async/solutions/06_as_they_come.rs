//! Results as they come: show each answer when it is there, and stop when the reader has seen enough.
//!
//! `FuturesUnordered` is a stream: polled, it polls those of its futures that were woken, and hands out what is ready.
//! At the return it is dropped, and the calls that are left with it.

//? Awaiting the calls one by one, also as tasks, shows them in the order of the calls. Which type knows which one is ready?
//? `futures_util::stream::FuturesUnordered`, or `tokio::task::JoinSet`: both hand out what is ready first, and stop the
//?   rest when they are dropped.
//? `let mut calls: FuturesUnordered<F> = calls.into_iter().collect();`, then `while let Some(answer) =
//?   calls.next().await` with `StreamExt` in scope; inside, `return` if `show(answer).is_break()`.

use std::ops::ControlFlow;

use futures_util::stream::{FuturesUnordered, StreamExt};

/// Makes all calls, and shows their answers as they come, until `show` says `Break` or all are shown.
pub async fn as_they_come<F>(calls: Vec<F>, mut show: impl FnMut(String) -> ControlFlow<()>)
where
    F: Future<Output = String> + Send + 'static,
{
    let mut calls: FuturesUnordered<F> = calls.into_iter().collect();
    while let Some(answer) = calls.next().await {
        if show(answer).is_break() {
            return;
        }
    }
}
