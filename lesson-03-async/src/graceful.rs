//! A service that ends as a service should: on Ctrl-C it takes no new jobs and finishes those in hand.
//!
//! `cancel` starts it as a process of its own, so that there is something to interrupt.

use std::io;
use std::time::Duration;

use common::Pace;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::{interval, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info, info_span};

/// Seconds that a job takes.
const JOB: f64 = 0.5;
/// Seconds from one new job to the next.
const EVERY: f64 = 0.2;
/// Seconds that jobs in hand get at most once the service was told to stop.
pub const DRAIN: f64 = 2.0;

/// Returns a future that resolves at Ctrl-C, or at SIGTERM as service managers send it. Neither ends the program any more.
pub fn told_to_stop() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Takes a new job now and then until `stop`; then waits for the jobs in hand, for at most `drain`.
/// Returns how many jobs were in hand, and whether they finished.
pub async fn serve(stop: CancellationToken, pace: Pace, drain: Duration) -> (usize, bool) {
    let mut jobs = JoinSet::new();
    let mut number = 0;
    let mut new_job = interval(pace.seconds(EVERY));
    loop {
        tokio::select! {
            // First things first: a job that comes together with the end is not taken.
            biased;
            () = stop.cancelled() => break,
            Some(_) = jobs.join_next() => continue,
            _ = new_job.tick() => number += 1,
        }
        let job = async move {
            sleep(pace.seconds(JOB)).await;
            info!("job {number} done");
        };
        jobs.spawn(job.instrument(info_span!("job", task = format!("job {number}"))));
    }

    let in_hand = jobs.len();
    info!("no new jobs; in hand: {in_hand}");
    (in_hand, timeout(drain, jobs.join_all()).await.is_ok())
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    /// Stops the service after 1.1 s. Returns its jobs in hand, whether they finished, and how long that took.
    async fn stopped(drain: Duration) -> (usize, bool, Duration) {
        let stop = CancellationToken::new();
        let service = tokio::spawn(serve(stop.clone(), Pace::REAL, drain));
        sleep(Duration::from_millis(1100)).await;
        let start = Instant::now();
        stop.cancel();
        let (in_hand, finished) = service.await.unwrap();
        (in_hand, finished, start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn jobs_in_hand_are_finished_and_no_new_one_is_taken() {
        let (in_hand, finished, took) = stopped(Duration::from_secs(2)).await;
        // Begun at 0.6, 0.8 and 1.0 s: the last is done at 1.5.
        assert_eq!((in_hand, finished), (3, true));
        let expected = Duration::from_millis(400)..Duration::from_millis(410);
        assert!(expected.contains(&took), "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn there_is_an_end_to_waiting_for_them() {
        let (in_hand, finished, took) = stopped(Duration::from_millis(100)).await;
        assert_eq!((in_hand, finished), (3, false));
        assert!(took < Duration::from_millis(110), "{took:?}");
    }
}
