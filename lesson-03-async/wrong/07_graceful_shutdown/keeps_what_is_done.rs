//! fails: wrong result
//!
//! Tasks that have ended are kept until it is told to stop: the longer it serves, the more memory
//! it needs.

use std::time::Duration;

use tokio::select;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

pub async fn serve<F>(
    mut jobs: Receiver<F>,
    stop: CancellationToken,
    patience: Duration,
) -> (usize, usize)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut running = JoinSet::new();
    let mut done = 0;
    loop {
        select! {
            () = stop.cancelled() => break,
            Some(job) = jobs.recv() => drop(running.spawn(job)),
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
    let _ = timeout(patience, all_done).await;
    (done, running.len())
}
