//! Judges `07_graceful_shutdown`: stopped with jobs in hand and in the channel, none or very many;
//! with some that never end; while more keep coming; idle; and after a long time.

use std::cell::Cell;
use std::time::Duration;

use common::measure::process_status;
use judge::exercise;
use judge::{Kind, Solved, counted, expect, fail};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{self, Sender};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use paused::{Service, a_moment, expect_millis, millis, on_one_thread, times, watched};

crate::exercise!("../exercises/07_graceful_shutdown.rs");

/// Far longer than any patience, in milliseconds.
const FOR_EVER: u64 = 1_000_000_000;

/// The time at which it is told to stop, in milliseconds.
const STOP: u64 = 1_009;

/// Expects that every accepted job is done, none is accepted later, and that it ends when they are
/// done or the patience is over.
pub fn check() -> Solved {
    on_one_thread("serve", async || {
        stopped(&[2_003, 3_001, 2_011], &[2_003; 30], 20_011).await;
        stopped(&[FOR_EVER, 4_001], &[FOR_EVER; 30], 5_003).await;
        stopped(&[9_001, 2_003, 3_001, 5_011], &[2_003; 30], 5_003).await;
        stopped(&[], &[709], 5_003).await;
        stopped(&[], &[FOR_EVER], 17).await;
        stopped(&[3_001], &[], 5_003).await;
        stopped(&[FOR_EVER, 17], &[], 709).await;
        stopped(&times(40), &times(300), 6_007).await;
        stopped(&times(7), &times(1_000), 3_600_000).await;
        stopped(&[0, 0], &[0; 64], 709).await;
        idle().await;
        before_it_began().await;
        without_senders().await;
        a_task_each().await;
        a_sender_that_waits().await;
        while_more_keep_coming().await;
        for_a_long_time().await;
    });
    Solved::new(
        "with up to 1,000 jobs in the channel, some that never end, with none, and after 10,000 jobs",
    )
}

fn total(jobs: &[u64]) -> String {
    let mut shown: Vec<String> = jobs
        .iter()
        .take(4)
        .map(|takes| {
            if *takes == FOR_EVER {
                "no end".to_owned()
            } else {
                format!("{takes} ms")
            }
        })
        .collect();
    if jobs.len() > shown.len() {
        shown.push("…".to_owned());
    }
    format!("{} jobs ({})", jobs.len(), shown.join(", "))
}

/// Tells it to stop with these jobs in hand, and these in the channel, which is full of them.
async fn stopped(in_hand: &[u64], in_channel: &[u64], patience: u64) {
    let room = in_channel.len().max(in_hand.len()).max(1);
    let (sender, jobs) = mpsc::channel(room);
    let (service, stop) = (Service::open(), CancellationToken::new());
    let what = format!(
        "{} in hand, {} in the channel, and a patience of {patience} ms",
        total(in_hand),
        total(in_channel)
    );
    let job = |takes: u64| service.call(&format!("of {takes} ms"), millis(takes), ());
    let script = async {
        for takes in in_hand {
            let _ = sender.send(job(*takes)).await;
        }
        sleep(millis(STOP)).await;
        service.expect_overlap(in_hand.iter().filter(|takes| **takes > 0).count());
        // No await in between: the channel is full of jobs when it is told.
        for takes in in_channel {
            let _ = sender.try_send(job(*takes));
        }
        stop.cancel();
        expect_closed(&sender, job(1)).await;
    };
    let serve = exercise::serve(jobs, stop.clone(), millis(patience));
    let things = in_hand.len() + in_channel.len();
    let serve = watched(&what, things, serve);
    let ended = Cell::new(0);
    let serve = async {
        let result = serve.await;
        ended.set(service.millis());
        result
    };
    let (result, ()) = tokio::join!(serve, script);

    let ends = in_hand
        .iter()
        .copied()
        .chain(in_channel.iter().map(|takes| STOP + takes));
    let ends: Vec<u64> = ends.collect();
    let limit = STOP + patience;
    let done = ends.iter().filter(|end| **end < limit).count();
    let last = ends.iter().copied().max().unwrap_or(0).clamp(STOP, limit);
    let answered = service.answered();
    if answered < done {
        let of = format!(
            "{answered} jobs were done of {done} that were accepted and can be done in time"
        );
        fail(Kind::LostJob, format!("{what}: {of}"));
    }
    expect_millis(&format!("{what}: its end"), ended.get(), last);
    expect(
        Kind::WrongResult,
        &format!("{what}; done, and cut off"),
        &result,
        &(done, ends.len() - done),
    );
    service
        .expect_quiet(&format!("{what}: when it has ended"))
        .await;
}

/// Ends the check if a job is accepted: it was told to stop a moment ago.
async fn expect_closed<F>(sender: &Sender<F>, late: F) {
    a_moment().await;
    let accepted = match timeout(Duration::ZERO, sender.send(late)).await {
        Ok(sent) => sent.is_ok(),
        Err(_) => fail(
            Kind::WrongResult,
            "a job that was sent after `stop` waits for room, and is not refused",
        ),
    };
    if accepted {
        fail(
            Kind::WrongResult,
            "a job that was sent after `stop` was accepted",
        );
    }
}

/// Tells it to stop when all is done.
async fn idle() {
    let (sender, jobs) = mpsc::channel(8);
    let (service, stop) = (Service::open(), CancellationToken::new());
    let script = async {
        let _ = sender.send(service.call("only", millis(709), ())).await;
        sleep(millis(3_001)).await;
        stop.cancel();
    };
    let what = "one job, done before it is told to stop";
    let serve = exercise::serve(jobs, stop.clone(), millis(10_007));
    let (result, ()) = tokio::join!(watched(what, 3, serve), script);
    let took = service.millis();
    expect(
        Kind::WrongResult,
        &format!("{what}: done, and cut off"),
        &result,
        &(1, 0),
    );
    expect_millis(&format!("{what}: its end"), took, 3_001);
}

/// Tells it to stop before it began: jobs that were sent before are accepted.
async fn before_it_began() {
    let (sender, jobs) = mpsc::channel(8);
    let (service, stop) = (Service::open(), CancellationToken::new());
    for takes in [709, 307, FOR_EVER] {
        let _ = sender.try_send(service.call("early", millis(takes), ()));
    }
    stop.cancel();
    let what = "told to stop before it began, with two jobs in the channel and one that never ends";
    let serve = exercise::serve(jobs, stop.clone(), millis(1_009));
    let (result, ()) = tokio::join!(watched(what, 5, serve), async {
        expect_closed(&sender, service.call("late", millis(1), ())).await;
    });
    let took = service.millis();
    expect(
        Kind::WrongResult,
        &format!("{what}: done, and cut off"),
        &result,
        &(2, 1),
    );
    expect_millis(&format!("{what}: its end"), took, 1_009);
    service
        .expect_quiet(&format!("{what}: when it has ended"))
        .await;
}

/// Judges which tasks do the jobs.
async fn a_task_each() {
    let (sender, jobs) = mpsc::channel(8);
    let stop = CancellationToken::new();
    let (ids, done_by) = mpsc::unbounded_channel();
    for _ in 0..5 {
        let ids = ids.clone();
        let _ = sender.try_send(async move {
            sleep(millis(709)).await;
            let _ = ids.send(tokio::task::try_id());
        });
    }
    drop(ids);
    stop.cancel();
    let what = "five jobs, each in a task of its own";
    let done = watched(what, 10, exercise::serve(jobs, stop, millis(5_003))).await;
    expect(
        Kind::WrongResult,
        &format!("{what}: done, and cut off"),
        &done,
        &(5, 0),
    );

    let mut done_by = done_by;
    let mut tasks = Vec::new();
    while let Some(task) = done_by.recv().await {
        tasks.extend(task);
    }
    tasks.sort();
    tasks.dedup();
    expect(
        Kind::WrongResult,
        &format!("{what}: how many tasks do them"),
        &tasks.len(),
        &5,
    );
}

/// Judges without senders: it may end or wait for `stop`, but not leave its jobs.
async fn without_senders() {
    let (sender, jobs) = mpsc::channel(8);
    let (service, stop) = (Service::open(), CancellationToken::new());
    let script = async {
        for takes in [3_001, 709] {
            let _ = sender
                .send(service.call("in hand", millis(takes), ()))
                .await;
        }
        drop(sender);
        sleep(millis(7_001)).await;
        stop.cancel();
    };
    let what = "two jobs, no sender left, and told to stop when both are done";
    // Shorter than the jobs: it counts from `stop` only.
    let serve = exercise::serve(jobs, stop.clone(), millis(307));
    let ended = Cell::new(0);
    let serve = async {
        let result = watched(what, 5, serve).await;
        ended.set(service.millis());
        result
    };
    let (result, ()) = tokio::join!(serve, script);
    let answered = service.answered();
    if answered < 2 {
        fail(
            Kind::LostJob,
            format!("{what}: {answered} of them were done: `patience` counts from `stop` only"),
        );
    }
    expect(
        Kind::WrongResult,
        &format!("{what}: done, and cut off"),
        &result,
        &(2, 0),
    );
    if ended.get() < 3_001 {
        let what = format!("{what}: it ended after {} ms", ended.get());
        fail(Kind::WrongResult, what);
    }
}

/// Judges with senders that wait for room: each job is accepted or refused, and the sender is told
/// which.
async fn a_sender_that_waits() {
    for _ in 0..8 {
        let (sender, jobs) = mpsc::channel(1);
        let (service, stop) = (Service::open(), CancellationToken::new());
        let what = "three senders wait for room when it is told to stop";
        let sent = Cell::new(0);
        let job = || service.call("of 709 ms", millis(709), ());
        let send = async || {
            if sender.send(job()).await.is_ok() {
                sent.set(sent.get() + 1);
            }
        };
        let script = async {
            sleep(millis(STOP)).await;
            let _ = sender.try_send(job());
            sent.set(1);
            tokio::join!(send(), send(), send(), async { stop.cancel() });
        };
        let serve = exercise::serve(jobs, stop.clone(), millis(5_003));
        let both = async { tokio::join!(serve, script) };
        let Ok((result, ())) = timeout(millis(60_000), both).await else {
            fail(Kind::Stuck, not_ended(what));
        };
        let accepted = sent.get();
        if service.answered() < accepted {
            let of = format!(
                "{} jobs were done of {accepted} that were accepted",
                service.answered()
            );
            fail(Kind::LostJob, format!("{what}: {of}"));
        }
        expect(
            Kind::WrongResult,
            &format!("{what}: done, and cut off"),
            &result,
            &(accepted, 0),
        );
    }
}

fn not_ended(what: &str) -> String {
    judge::not_ended(what, "60 simulated seconds")
}

/// Judges with a channel that is never empty: it must hear of `stop` all the same.
async fn while_more_keep_coming() {
    const MANY: usize = 5_000;
    let (sender, jobs) = mpsc::channel(1_000);
    let (service, stop) = (Service::open(), CancellationToken::new());
    let told = stop.clone();
    // In the same task as the answer: it fills up what was taken out each time that the answer
    // pauses.
    let flood = async {
        let mut sent = 0;
        let mut behind_stop = 0;
        while behind_stop < MANY {
            match sender.try_send(service.call("one more", Duration::ZERO, ())) {
                Ok(()) => sent += 1,
                Err(TrySendError::Full(_)) => tokio::task::yield_now().await,
                Err(TrySendError::Closed(_)) => break,
            }
            behind_stop += usize::from(told.is_cancelled());
            if sent == 3_000 {
                told.cancel();
            }
        }
        // An answer that takes all there is comes to an end this way.
        drop(sender);
        (sent, behind_stop)
    };
    let what = "told to stop while more jobs keep coming";
    let serve = exercise::serve(jobs, stop, millis(5_003));
    let ((done, cut_off), (sent, behind_stop)) = tokio::join!(serve, flood);
    if behind_stop == MANY {
        let how = "it went on taking them until there were no more";
        fail(Kind::WrongResult, format!("{what}: {how}"));
    }
    let answered = service.answered();
    if answered < sent {
        let of = format!(
            "{} were done of {sent} that were accepted",
            counted(answered, "job", "jobs")
        );
        fail(Kind::LostJob, format!("{what}: {of}"));
    }
    expect(
        Kind::WrongResult,
        &format!("{what}: done, and cut off"),
        &(done, cut_off),
        &(sent, 0),
    );
}

/// Judges with very many jobs one after the other: those that are done are not kept.
async fn for_a_long_time() {
    const MANY: usize = 10_000;
    /// The size of a job, in bytes. A larger one would be a box beside its task.
    const LARGE: usize = 1_800;
    let (sender, jobs) = mpsc::channel(50);
    let stop = CancellationToken::new();
    let job = |number: usize| async move {
        let large = [u8::try_from(number % 256).unwrap_or(0); LARGE];
        tokio::task::yield_now().await;
        std::hint::black_box(large);
    };
    let resident = || process_status("VmRSS:").unwrap_or(0);
    let grown = Cell::new(0);
    let script = async {
        for number in 0..MANY {
            if number == 500 {
                grown.set(resident());
            }
            let _ = sender.send(job(number)).await;
            if number % 50 == 0 {
                sleep(millis(1)).await;
            }
        }
        grown.set(resident().saturating_sub(grown.get()));
        sleep(millis(17)).await;
        stop.cancel();
    };
    let what = format!("{} one after the other", counted(MANY, "job", "jobs"));
    let serve = exercise::serve(jobs, stop.clone(), millis(709));
    let (result, ()) = tokio::join!(serve, script);
    expect(
        Kind::WrongResult,
        &format!("{what}: done, and cut off"),
        &result,
        &(MANY, 0),
    );
    let grown = grown.get() * 1024;
    if grown > (MANY * LARGE / 2) as u64 {
        let how = format!(
            "its memory grew by {} MiB: jobs that are done are still kept",
            grown >> 20
        );
        fail(Kind::WrongResult, format!("{what}: {how}"));
    }
}
