//! fails: not cancelled
//!
//! When the patience ends it drops handles, and the tasks behind them go on.

use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::select;
use tokio::sync::mpsc::Receiver;
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
    let (mut running, mut done) = (FuturesUnordered::new(), 0);
    loop {
        select! {
            () = stop.cancelled() => break,
            Some(job) = jobs.recv() => running.push(tokio::spawn(job)),
            Some(_) = running.next() => done += 1,
        }
    }
    jobs.close();
    while let Some(job) = jobs.recv().await {
        running.push(tokio::spawn(job));
    }
    let all_done = async {
        while running.next().await.is_some() {
            done += 1;
        }
    };
    let _ = timeout(patience, all_done).await;
    (done, running.len())
}
