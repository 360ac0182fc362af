//! `blocking`: computing, and calls that block, belong on other threads. The heartbeat of the others shows why.

use std::thread;
use std::time::Duration;

use common::{Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Instant, sleep};
use tracing::{Instrument, Span, info, info_span};

/// How often the heart beats.
const BEAT: Duration = Duration::from_millis(5);

/// Computes for about this long: a number in which every round takes part.
pub fn compute(time: Duration) -> u64 {
    let (start, mut x) = (std::time::Instant::now(), 1_u64);
    while start.elapsed() < time {
        for round in 0..1000 {
            x = std::hint::black_box(x.rotate_left(5) ^ round).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }
    x
}

/// Beats until it is aborted; the handle that asks it how late the latest beat came at the most.
fn heartbeat(span: Span) -> (JoinHandle<()>, tokio::sync::watch::Receiver<Duration>) {
    let (late, worst) = tokio::sync::watch::channel(Duration::ZERO);
    let beat = async move {
        loop {
            let due = Instant::now() + BEAT;
            sleep(BEAT).await;
            let by = due.elapsed();
            late.send_if_modified(|worst| {
                by > *worst && {
                    *worst = by;
                    true
                }
            });
        }
    };
    (tokio::spawn(beat.instrument(span)), worst)
}

/// Computes, then calls something that blocks, both on the thread that runs all tasks.
#[allow(
    clippy::unused_async,
    reason = "nothing to await is what is wrong with it"
)]
async fn on_the_executor(time: Duration) -> u64 {
    let x = compute(time);
    thread::sleep(time);
    x
}

/// The same on threads that are there for it. While they work, this task waits like for anything else.
///
/// # Panics
/// When one of the two panicked.
async fn aside(time: Duration) -> u64 {
    let x = spawn_blocking(move || info_span!("compute").in_scope(|| compute(time)));
    let x = x.await.expect("computing does not panic");
    let slept = spawn_blocking(move || info_span!("block").in_scope(|| thread::sleep(time)));
    slept.await.expect("sleeping does not panic");
    x
}

/// How late the heart was at the most while `work` ran.
///
/// # Panics
/// When the work panicked.
pub async fn worst_delay(
    heart: Span,
    work: impl Future<Output = u64> + Send + 'static,
) -> Duration {
    let (heart, worst) = heartbeat(heart);
    sleep(BEAT * 4).await;
    tokio::spawn(work).await.expect("no panic");
    sleep(BEAT * 4).await;
    heart.abort();
    *worst.borrow()
}

/// What `cargo run -p lesson-03-async -- blocking` runs.
///
/// # Errors
/// When the runtime cannot be started.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    // Shorter than this, nobody could tell a stop from a hiccup of the machine.
    let time = run.pace.seconds(0.4).max(Duration::from_millis(40));
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let (before, after) = runtime.block_on(async {
        info!("on the executor's own thread: compute, then block");
        let work = on_the_executor(time).instrument(info_span!("work", task = "on executor"));
        let before = worst_delay(info_span!("heart", task = "heart 1"), work).await;
        info!("with spawn_blocking: the same work");
        let work = aside(time).instrument(info_span!("work", task = "aside"));
        (
            before,
            worst_delay(info_span!("heart", task = "heart 2"), work).await,
        )
    });
    let [before, after] = [before, after].map(|late| late.as_secs_f64() * 1e3);
    info!(
        "the heart was late by up to {before:.1} ms, and with spawn_blocking by up to {after:.1} ms"
    );
    Ok(Outcome::new(
        json!({ "late_by_ms": before, "late_by_ms_with_spawn_blocking": after }),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_on_the_executor_stops_the_heart_and_work_aside_does_not() {
        let runtime = Builder::new_current_thread().enable_time().build().unwrap();
        let time = Duration::from_millis(100);
        let before = runtime.block_on(worst_delay(Span::none(), on_the_executor(time)));
        // Both parts in one poll: 200 ms less one beat.
        assert!(before >= time * 19 / 10, "{before:?}");
        let after = runtime.block_on(worst_delay(Span::none(), aside(time)));
        assert!(after < before / 2, "{after:?}");
    }
}
