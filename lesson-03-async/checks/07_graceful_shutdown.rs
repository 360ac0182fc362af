//! Judges `07_graceful_shutdown`: stopped with jobs in hand and in the channel, with one that never ends, and idle.

use std::time::Duration;

use common::exercise;
use common::exercises::{Kind, Solved, expect, fail};
use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use paused::{Service, a_moment, on_one_thread};

mod paused;

crate::exercise!("../exercises/07_graceful_shutdown.rs");

/// In the channel when it is told to stop. So many that nobody takes them all out by luck.
const IN_CHANNEL: usize = 30;

/// Every accepted job is done, none is accepted later, and it ends when they are done or the patience is over.
pub fn check() -> Solved {
    on_one_thread("serve", async || {
        // Jobs in hand and in the channel, as (name, seconds). Then: the patience, how many are done, when it ends.
        stopped(
            &[("a", 2), ("b", 3), ("c", 2)],
            ("queued", 2),
            20,
            3 + IN_CHANNEL,
            3,
        )
        .await;
        stopped(
            &[("a", 1_000_000), ("b", 4)],
            ("queued", 1_000_000),
            5,
            1,
            6,
        )
        .await;
        stopped(
            &[("a", 9), ("b", 2), ("c", 3), ("d", 5)],
            ("queued", 2),
            5,
            3 + IN_CHANNEL,
            6,
        )
        .await;
        idle().await;
    });
    Solved::new(format!(
        "with jobs in hand, {IN_CHANNEL} in the channel, some that never end, and with none"
    ))
}

async fn stopped(
    in_hand: &[(&'static str, u64)],
    (queued, takes): (&'static str, u64),
    patience: u64,
    done: usize,
    second: u64,
) {
    let (sender, jobs) = mpsc::channel(64);
    let (service, stop) = (Service::open(), CancellationToken::new());
    let accepted = in_hand.len() + IN_CHANNEL;
    let script = async {
        for &(name, seconds) in in_hand {
            let _ = sender.send(service.call(name, seconds, ())).await;
        }
        sleep(Duration::from_secs(1)).await;
        service.expect_overlap(in_hand.len());
        // No await in between: the channel is full of jobs when it is told.
        for _ in 0..IN_CHANNEL {
            let _ = sender.try_send(service.call(queued, takes, ()));
        }
        stop.cancel();
        a_moment().await;
        if sender.try_send(service.call("late", 1, ())).is_ok() {
            fail(
                Kind::WrongResult,
                "a job that was sent after `stop` was accepted",
            );
        }
    };
    let serve = exercise::serve(jobs, stop.clone(), Duration::from_secs(patience));
    let (result, ()) = tokio::join!(serve, script);
    let answered = service.answered();
    if answered < done {
        let of = format!(
            "{answered} jobs were done of {done} that were accepted and can be done in time"
        );
        fail(
            Kind::LostJob,
            format!("with a patience of {patience} s, {of}"),
        );
    }
    let what = format!(
        "jobs of {in_hand:?} s, {IN_CHANNEL} more of {takes} s, and a patience of {patience} s"
    );
    expect(
        Kind::WrongResult,
        &format!("{what}; seconds until it ended"),
        &service.second(),
        &second,
    );
    expect(
        Kind::WrongResult,
        &format!("{what}; done, and cut off"),
        &result,
        &(done, accepted - done),
    );
    service.expect_quiet("when the service has ended").await;
}

/// Told to stop when all is done.
async fn idle() {
    let (sender, jobs) = mpsc::channel(8);
    let (service, stop) = (Service::open(), CancellationToken::new());
    let script = async {
        let _ = sender.send(service.call("only", 1, ())).await;
        sleep(Duration::from_secs(3)).await;
        stop.cancel();
    };
    let serve = exercise::serve(jobs, stop.clone(), Duration::from_secs(10));
    let (result, ()) = tokio::join!(serve, script);
    expect(
        Kind::WrongResult,
        "one job, done before the end: done, and cut off",
        &result,
        &(1, 0),
    );
    expect(
        Kind::WrongResult,
        "seconds until it ended, with nothing to do",
        &service.second(),
        &3,
    );
}
