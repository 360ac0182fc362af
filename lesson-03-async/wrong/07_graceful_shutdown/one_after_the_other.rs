//! fails: never overlapped
//!
//! Each job is done before the next one is taken out of the channel.

use std::time::Duration;

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
    let mut done = 0;
    loop {
        select! {
            () = stop.cancelled() => break,
            Some(job) = jobs.recv() => {
                job.await;
                done += 1;
            }
        }
    }
    jobs.close();
    let mut left = jobs.len();
    let rest = async {
        while let Some(job) = jobs.recv().await {
            job.await;
            done += 1;
            left -= 1;
        }
    };
    let _ = timeout(patience, rest).await;
    (done, left)
}
