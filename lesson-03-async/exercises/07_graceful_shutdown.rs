//! Graceful shutdown: no new jobs, none lost, and an end to waiting.
//!
//! `serve` gets jobs through a channel and starts each in a task of its own, so that they run at the same time. When
//! `stop` is cancelled it takes no new ones: a client that sends one then gets an error. But what was sent before was accepted,
//! also if it still lies in the channel: it is started, and `serve` waits for it and for all that run. As soon as they
//! are done `serve` ends. If that takes longer than `patience`, it stops those that are left, and ends.
//!
//! It may serve for months, so nothing is kept of jobs that are done. When no sender is left it may wait for `stop` all
//! the same, or end when its jobs are done.
//!
//! Study first: `cargo run -p lesson-03-async -- cancel`, src/graceful.rs, and `-- channel`, src/channel.rs
//! Judge it:    `cargo run -p lesson-03-async -- check 07_graceful_shutdown`
//! Level:       3 of 3, about 30 minutes

use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio_util::sync::CancellationToken;

/// Does the jobs that come until `stop`, and then those that were accepted before, for at most `patience`. How many jobs
/// are done, and how many were cut off.
pub async fn serve<F>(
    mut jobs: Receiver<F>,
    stop: CancellationToken,
    patience: Duration,
) -> (usize, usize)
where
    F: Future<Output = ()> + Send + 'static,
{
    todo!(
        "take jobs until told to stop; close the channel; empty it; wait for what runs, but not for ever"
    )
}
