//! fails: wrong result
//!
//! It empties the channel but leaves it open: a task that sends afterwards is told that all is well.

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
    while let Ok(job) = jobs.try_recv() {
        running.spawn(job);
    }
    let all_done = async {
        while running.join_next().await.is_some() {
            done += 1;
        }
    };
    let _ = timeout(patience, all_done).await;
    (done, running.len())
}
