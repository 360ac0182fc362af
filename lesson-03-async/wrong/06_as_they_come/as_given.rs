//! fails: still to do
//!
//! Results as they come: show each answer when it is there, and stop when the reader has seen enough.
//!
//! `as_they_come` makes all calls at the same time and hands each answer to `show` as soon as it is there, whatever its
//! place among the calls. `show` says whether to go on. If it says `Break`, nothing more is shown, and the calls that
//! are left are stopped. So are all calls when the caller drops its future.
//!
//! Study first: `cargo run -p lesson-03-async -- stream`, src/stream.rs, and `-- tasks`, src/tasks.rs
//! Judge it:    `cargo run -p lesson-03-async -- check 06_as_they_come`
//! Level:       2 of 3, about 15 minutes

use std::ops::ControlFlow;

/// Makes all calls, and shows their answers as they come, until `show` says `Break` or all are shown.
pub async fn as_they_come<F>(calls: Vec<F>, mut show: impl FnMut(String) -> ControlFlow<()>)
where
    F: Future<Output = String> + Send + 'static,
{
    todo!("start all, and take what is ready first")
}
