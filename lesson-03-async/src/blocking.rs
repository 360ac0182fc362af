//! `blocking`: computing, and calls that block, belong on other threads.

use std::thread;
use std::time::Duration;

use tokio::task::{block_in_place, spawn_blocking};
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

/// Does the same where it is, after its thread has handed the other tasks to another thread. For runtimes with several
/// threads: on one of a single thread there is none to hand them to, and it panics.
#[allow(
    clippy::unused_async,
    reason = "a task to be spawned, as the two above"
)]
pub async fn in_place(time: Duration) -> u64 {
    block_in_place(|| {
        let x = compute(time);
        thread::sleep(time);
        x
    })
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

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn in_place_the_other_tasks_go_to_another_thread() {
        let work = async {
            let heart = Heart::start(BEAT, Span::none());
            sleep(BEAT * 4).await;
            in_place(TIME).await;
            heart.stop().await.longest_pause
        };
        let pause = tokio::spawn(work).await.unwrap();
        assert!(pause < TIME * 2, "{pause:?}");
    }

    #[tokio::test]
    async fn with_a_single_thread_there_is_no_other_thread() {
        let refused = tokio::spawn(in_place(TIME)).await.unwrap_err();
        assert!(refused.is_panic());
    }

    #[tokio::test]
    async fn what_has_started_aside_cannot_be_aborted() {
        let (started, mut has_started) = tokio::sync::mpsc::channel(1);
        let aside = spawn_blocking(move || {
            started.blocking_send(()).unwrap();
            thread::sleep(TIME);
            "done"
        });
        has_started.recv().await;
        aside.abort();
        assert_eq!(aside.await.unwrap(), "done");
    }
}
