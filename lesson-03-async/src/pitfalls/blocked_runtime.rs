//! `blocked-runtime`: `std::thread::sleep` in a task stops every task of that thread.

use std::thread;
use std::time::Duration;

use tokio::time;
use tracing::{Instrument, info, info_span};

/// Broken: the thread sleeps, and with it all the tasks that it looks after.
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

/// Runs the broken one as a task.
pub async fn broken(time: Duration) {
    let span = info_span!("sleep", task = "broken");
    let sleeper = tokio::spawn(sleep_in_the_thread(time).instrument(span));
    sleeper.await.expect("sleeping does not panic");
}

/// Runs the fixed one as a task.
pub async fn fixed(time: Duration) {
    let span = info_span!("sleep", task = "fixed");
    let sleeper = tokio::spawn(sleep_in_the_task(time).instrument(span));
    sleeper.await.expect("sleeping does not panic");
}

#[cfg(test)]
mod tests {
    use tracing::Span;

    use super::*;
    use crate::support::heart::Heart;

    #[tokio::test]
    async fn a_sleeping_thread_stops_the_heart() {
        let unit = Duration::from_millis(25);
        let heart = Heart::start(unit / 10, Span::none());
        time::sleep(unit * 2).await;
        broken(unit * 4).await;

        let pause = heart.stop().await.longest_pause;
        assert!(pause >= unit * 4, "{pause:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_sleeping_task_does_not() {
        let unit = Duration::from_secs(10);
        let heart = Heart::start(unit / 10, Span::none());
        time::sleep(unit * 2).await;
        fixed(unit * 4).await;
        time::sleep(unit * 2).await;

        let beats = heart.stop().await;
        assert!(beats.count >= 79, "{beats:?}");
        assert!(
            beats.longest_pause <= Duration::from_millis(1002),
            "{beats:?}"
        );
    }
}
