//! `blocked-runtime`: `std::thread::sleep` in a task stops every task of that thread.

use std::thread;
use std::time::Duration;

use common::{Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::task::JoinHandle;
use tokio::time::{self, Instant};
use tracing::{Instrument, Span, info, info_span};

/// Broken: the thread sleeps, and with it everybody whom it looks after.
#[allow(
    clippy::unused_async,
    reason = "nothing to await is what is wrong with it"
)]
pub async fn sleep_in_the_thread(time: Duration) {
    info!("std::thread::sleep");
    thread::sleep(time);
    info!("awake");
}

/// Fixed: only this task waits.
pub async fn sleep_in_the_task(time: Duration) {
    info!("tokio::time::sleep");
    time::sleep(time).await;
    info!("awake");
}

/// Counts its beats until `until`, and how long the longest pause between two was.
async fn heart(beat: Duration, until: Instant) -> (u32, Duration) {
    let (mut beats, mut longest, mut last) = (0, Duration::ZERO, Instant::now());
    while Instant::now() < until {
        time::sleep(beat).await;
        beats += 1;
        longest = longest.max(last.elapsed());
        last = Instant::now();
    }
    (beats, longest)
}

/// A heart beats for eight units of time while another task sleeps for four of them. Beats, and the longest pause.
///
/// # Panics
/// When a task panicked.
pub async fn beside_a_heart(
    span: Span,
    sleeper: impl Future<Output = ()> + Send + 'static,
    unit: Duration,
) -> (u32, Duration) {
    let heart: JoinHandle<_> =
        tokio::spawn(heart(unit / 10, Instant::now() + unit * 8).instrument(span));
    time::sleep(unit * 2).await;
    tokio::spawn(sleeper)
        .await
        .expect("sleeping does not panic");
    heart.await.expect("a heart does not panic")
}

/// What `cargo run -p lesson-03-async -- blocked-runtime` runs.
///
/// # Errors
/// When the runtime cannot be started.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    // Long enough to be told from a hiccup of the machine, at any pace.
    let unit = run.pace.seconds(0.1).max(Duration::from_millis(20));
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let ((_, broken), (_, fixed)) = runtime.block_on(async {
        let sleeper =
            sleep_in_the_thread(unit * 4).instrument(info_span!("sleep", task = "broken"));
        let broken = beside_a_heart(info_span!("heart", task = "heart 1"), sleeper, unit).await;
        let sleeper = sleep_in_the_task(unit * 4).instrument(info_span!("sleep", task = "fixed"));
        (
            broken,
            beside_a_heart(info_span!("heart", task = "heart 2"), sleeper, unit).await,
        )
    });
    let [broken, fixed] = [broken, fixed].map(|pause| pause.as_secs_f64() * 1e3);
    info!("longest pause of the heart: broken {broken:.1} ms, fixed {fixed:.1} ms");
    Ok(Outcome::new(
        json!({ "longest_pause_ms": { "broken": broken, "fixed": fixed } }),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleeping_thread_stops_the_heart() {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        let unit = Duration::from_millis(25);
        let (_, broken) = runtime.block_on(beside_a_heart(
            Span::none(),
            sleep_in_the_thread(unit * 4),
            unit,
        ));
        assert!(broken >= unit * 4, "{broken:?}");
    }

    #[test]
    fn a_sleeping_task_does_not() {
        let runtime = Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let unit = Duration::from_secs(10);
        let (beats, pause) = runtime.block_on(beside_a_heart(
            Span::none(),
            sleep_in_the_task(unit * 4),
            unit,
        ));
        assert!(
            beats >= 79 && pause <= Duration::from_millis(1002),
            "{beats} {pause:?}"
        );
    }
}
