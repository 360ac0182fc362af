//! Graceful shutdown: no new jobs, none lost, and an end to waiting.
//!
//! Closing the receiver refuses new jobs and keeps those that are in the channel: `recv` hands them out, and then says
//! `None`. What is left in the set when the patience ends is stopped when the set is dropped.

//? Three steps, one after the other: take jobs; empty the channel; wait for what runs. Which of them has a time limit?
//? `select!` between `stop.cancelled()`, `running.join_next()` of a `JoinSet`, and `jobs.recv()`. After `jobs.close()`,
//?   `recv` goes on handing out what was sent before. `tokio::time::timeout` around the last step.
//? Behind the loop: `jobs.close(); while let Some(job) = jobs.recv().await { running.spawn(job); }`, and then
//?   `timeout(patience, async { while running.join_next().await.is_some() { done += 1; } })`; cut off is `running.len()`.

use std::time::Duration;

use tokio::select;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinSet;
use tokio::time::timeout;
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
    let (mut running, mut done) = (JoinSet::new(), 0);
    loop {
        select! {
            () = stop.cancelled() => break,
            Some(job) = jobs.recv() => drop(running.spawn(job)),
            Some(_) = running.join_next() => done += 1,
        }
    }
    jobs.close();
    while let Some(job) = jobs.recv().await {
        running.spawn(job);
    }
    let all_done = async {
        while running.join_next().await.is_some() {
            done += 1;
        }
    };
    // If the time is up, dropping `running` stops those that are left.
    let _ = timeout(patience, all_done).await;
    (done, running.len())
}
