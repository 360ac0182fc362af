//! fails: wrong result: five jobs, each in a task of its own
//!
//! The jobs run at the same time, but all of them in the task of `serve`.

use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::select;
use tokio::sync::mpsc::Receiver;
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
    let mut running = FuturesUnordered::new();
    let mut done = 0;
    loop {
        select! {
            () = stop.cancelled() => break,
            Some(job) = jobs.recv() => running.push(job),
            Some(()) = running.next() => done += 1,
        }
    }
    jobs.close();
    while let Some(job) = jobs.recv().await {
        running.push(job);
    }
    let all_done = async {
        while running.next().await.is_some() {
            done += 1;
        }
    };
    let _ = timeout(patience, all_done).await;
    (done, running.len())
}
