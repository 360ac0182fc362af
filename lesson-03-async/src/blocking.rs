//! `blocking`: computing, and calls that block, belong on other threads.

use std::thread;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tracing::info_span;

use crate::support::compute::compute;

/// Computes, then calls something that blocks, both on the thread that runs all tasks.
#[allow(
    clippy::unused_async,
    reason = "nothing to await is what is wrong with it"
)]
pub async fn on_the_executor(time: Duration) -> u64 {
    let x = compute(time);
    thread::sleep(time);
    x
}

/// Does the same on threads that are there for it. While they work, this task waits as for anything else.
pub async fn aside(time: Duration) -> u64 {
    let x = spawn_blocking(move || info_span!("compute").in_scope(|| compute(time)));
    let x = x.await.expect("computing does not panic");

    let slept = spawn_blocking(move || info_span!("block").in_scope(|| thread::sleep(time)));
    slept.await.expect("sleeping does not panic");
    x
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;
    use tracing::Span;

    use super::*;
    use crate::support::heart::Heart;

    const BEAT: Duration = Duration::from_millis(5);
    const TIME: Duration = Duration::from_millis(100);

    #[tokio::test]
    async fn work_on_the_executor_stops_the_heart_and_work_aside_does_not() {
        let heart = Heart::start(BEAT, Span::none());
        sleep(BEAT * 4).await;
        on_the_executor(TIME).await;
        let before = heart.stop().await.longest_pause;
        // Both parts in one poll: 200 ms less one beat.
        assert!(before >= TIME * 19 / 10, "{before:?}");

        let heart = Heart::start(BEAT, Span::none());
        sleep(BEAT * 4).await;
        aside(TIME).await;
        let after = heart.stop().await.longest_pause;
        assert!(after < before / 2, "{after:?}");
    }
}
