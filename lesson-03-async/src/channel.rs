//! `channel`: four kinds, each in the one use that it is for.
//!
//! A bounded `mpsc` for work that queues up, `oneshot` for one answer, `broadcast` for news that everybody must hear,
//! `watch` for a value of which only the latest counts.

use std::time::Duration;

use common::{Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::time::{Instant, sleep};
use tracing::{Instrument, info, info_span};

/// A piece of work, and where the answer goes.
struct Job {
    number: u32,
    answer: oneshot::Sender<u32>,
}

/// What came through the channels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// The answers to the jobs.
    pub answers: Vec<u32>,
    /// The news, as each of two listeners heard them.
    pub news: [Vec<&'static str>; 2],
    /// The settings that the watcher saw.
    pub settings: Vec<u32>,
    /// How long the sender of jobs had to wait because the queue was full.
    pub held_back: Duration,
}

/// Takes jobs from the queue, one at a time.
async fn squares(mut jobs: mpsc::Receiver<Job>, slow: Duration) {
    while let Some(Job { number, answer }) = jobs.recv().await {
        info!(receives = format!("job {number}"), "job {number}");
        sleep(slow).await;
        // Whoever asked may have gone away: then nobody needs the answer.
        let _ = answer.send(number * number);
    }
}

/// Sends five jobs as fast as the queue takes them, then collects the answers.
async fn send_jobs(jobs: mpsc::Sender<Job>) -> (Vec<u32>, Duration) {
    let (mut waiting, start) = (Vec::new(), Instant::now());
    for number in 1..=5 {
        let (answer, wait) = oneshot::channel();
        let room = jobs
            .reserve()
            .instrument(info_span!("reserve", waits_for = "room in the queue"));
        let room = room.await.expect("the worker lives as long as this sender");
        info!(
            sends = format!("job {number}"),
            "job {number} is in the queue"
        );
        room.send(Job { number, answer });
        waiting.push(wait);
    }
    let held_back = start.elapsed();
    // The worker's loop ends when the last sender is gone.
    drop(jobs);
    let mut answers = Vec::new();
    for answer in waiting {
        answers.push(answer.await.expect("the worker answers each job"));
    }
    (answers, held_back)
}

async fn listen(mut news: broadcast::Receiver<&'static str>) -> Vec<&'static str> {
    let mut heard = Vec::new();
    while let Ok(item) = news.recv().await {
        heard.push(item);
    }
    heard
}

/// Looks at the setting whenever it has changed; each look takes a while, and what changes meanwhile is skipped.
async fn follow(mut setting: watch::Receiver<u32>, slow: Duration) -> Vec<u32> {
    let mut seen = Vec::new();
    while setting.changed().await.is_ok() {
        seen.push(*setting.borrow_and_update());
        sleep(slow).await;
    }
    seen
}

/// All four, each with its tasks. `slow` is how long a job, or a look at a setting, takes.
///
/// # Panics
/// When a task panicked.
pub async fn all(room: usize, slow: Duration) -> Heard {
    let (jobs, queue) = mpsc::channel(room);
    let worker =
        tokio::spawn(squares(queue, slow).instrument(info_span!("worker", task = "worker")));
    let sender = tokio::spawn(send_jobs(jobs).instrument(info_span!("sender", task = "sender")));

    let (news, one) = broadcast::channel(16);
    let listeners = [one, news.subscribe()].map(|receiver| tokio::spawn(listen(receiver)));
    let (setting, watcher) = watch::channel(0);
    let follower = tokio::spawn(follow(watcher, slow * 2));
    for (number, item) in (1..).zip(["sun", "rain", "snow"]) {
        news.send(item).expect("both listeners are there");
        setting.send(number).expect("the follower is there");
        sleep(slow / 2).await;
    }
    drop((news, setting));

    let (answers, held_back) = sender.await.expect("no panic");
    worker.await.expect("no panic");
    let [one, two] = listeners;
    let news = [one.await.expect("no panic"), two.await.expect("no panic")];
    Heard {
        answers,
        news,
        settings: follower.await.expect("no panic"),
        held_back,
    }
}

/// What `cargo run -p lesson-03-async -- channel` runs.
///
/// # Errors
/// When the runtime cannot be started.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let heard = runtime.block_on(all(run.count("room").get(), run.pace.seconds(0.2)));
    info!(
        "news: both heard {:?}; settings seen: {:?} of [1, 2, 3]",
        heard.news[0], heard.settings
    );
    info!(
        "a full queue held the sender back for {:.2} s",
        heard.held_back.as_secs_f64()
    );
    Ok(Outcome::new(
        json!({ "answers": heard.answers, "news": heard.news, "settings": heard.settings }),
    ))
}

#[cfg(test)]
mod tests;
