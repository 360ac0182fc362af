//! fails: keeps asking
//!
//! It looks for jobs every millisecond, all its life.

use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
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
    while !stop.is_cancelled() {
        while let Ok(job) = jobs.try_recv() {
            running.spawn(job);
        }
        while running.try_join_next().is_some() {
            done += 1;
        }
        sleep(Duration::from_millis(1)).await;
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
