//! fails: wrong result
//!
//! It sleeps for all of the patience and does not notice that all was done long before.

use std::time::Duration;

use tokio::select;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinSet;
use tokio::time::sleep;
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
    sleep(patience).await;
    while running.try_join_next().is_some() {
        done += 1;
    }
    (done, running.len())
}
