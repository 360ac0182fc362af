//! fails: lost a job: two jobs, no sender left
//!
//! When no sender is left, what runs is cut off after `patience`, though nobody has said stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::select;
use tokio::sync::mpsc::Receiver;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

#[derive(Default)]
struct Counts {
    done: AtomicUsize,
    cut: AtomicUsize,
}

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
    let counts = Arc::new(Counts::default());
    let cut = CancellationToken::new();
    let tracker = TaskTracker::new();
    let start = |job: F| {
        let (counts, cut) = (Arc::clone(&counts), cut.clone());
        tracker.spawn(async move {
            select! {
                biased;
                () = cut.cancelled() => counts.cut.fetch_add(1, Ordering::Relaxed),
                () = job => counts.done.fetch_add(1, Ordering::Relaxed),
            };
        });
    };
    while let Some(Some(job)) = stop.run_until_cancelled(jobs.recv()).await {
        start(job);
    }
    jobs.close();
    while let Some(job) = jobs.recv().await {
        start(job);
    }
    tracker.close();
    if timeout(patience, tracker.wait()).await.is_err() {
        cut.cancel();
        tracker.wait().await;
    }
    (
        counts.done.load(Ordering::Relaxed),
        counts.cut.load(Ordering::Relaxed),
    )
}
