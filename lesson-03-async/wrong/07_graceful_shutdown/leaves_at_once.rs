//! fails: lost a job
//!
//! It leaves as soon as it is told to stop: the set is dropped, and every job in hand with it.

use std::time::Duration;

use tokio::select;
use tokio::sync::mpsc::Receiver;
use tokio::task::JoinSet;
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
    (done, running.len())
}
