//! `channel`: a bounded `mpsc` for work that queues up, and a `oneshot` for each answer.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep};
use tracing::{Instrument, info, info_span};

/// A piece of work, and the way back for its answer.
struct Job {
    number: u32,
    answer: oneshot::Sender<u32>,
}

/// Takes jobs from the queue, one at a time, until the last sender is gone. Each takes as long as `slow`.
async fn squares(mut jobs: mpsc::Receiver<Job>, slow: Duration) {
    while let Some(Job { number, answer }) = jobs.recv().await {
        info!(receives = format!("job {number}"), "job {number}");
        sleep(slow).await;
        // An error says that the receiver has gone away: then the answer is not needed.
        let _ = answer.send(number * number);
    }
}

/// Sends five jobs as fast as the queue takes them, then collects the answers.
/// Returns them, and how long a full queue held the sender back.
async fn send_jobs(jobs: mpsc::Sender<Job>) -> (Vec<u32>, Duration) {
    let start = Instant::now();
    let mut waiting = Vec::new();
    for number in 1..=5 {
        let (answer, wait) = oneshot::channel();
        let room = jobs
            .reserve()
            .instrument(info_span!("reserve", waits_for = "room in the queue"))
            .await
            .expect("the worker lives as long as this sender");
        info!(
            sends = format!("job {number}"),
            "job {number} is in the queue"
        );
        room.send(Job { number, answer });
        waiting.push(wait);
    }
    let held_back = start.elapsed();

    drop(jobs);
    let mut answers = Vec::new();
    for answer in waiting {
        answers.push(answer.await.expect("the worker answers each job"));
    }
    (answers, held_back)
}

/// Runs both as tasks, with a queue that has room for `room` jobs.
pub async fn queue(room: usize, slow: Duration) -> (Vec<u32>, Duration) {
    let (jobs, queue) = mpsc::channel(room);
    let worker = squares(queue, slow).instrument(info_span!("worker", task = "worker"));
    let worker = tokio::spawn(worker);
    let sender = send_jobs(jobs).instrument(info_span!("sender", task = "sender"));
    let sender = tokio::spawn(sender);

    let answers = sender.await.expect("no panic");
    worker.await.expect("no panic");
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn each_job_is_answered() {
        assert_eq!(queue(2, SECOND).await.0, [1, 4, 9, 16, 25]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_queue_holds_the_sender_back() {
        // With room for two, and one at work, the last of five goes in when two have been done.
        let (_, held_back) = queue(2, SECOND).await;
        let expected = Duration::from_secs(2)..Duration::from_millis(2010);
        assert!(expected.contains(&held_back), "{held_back:?}");

        let (_, held_back) = queue(5, SECOND).await;
        assert!(held_back < Duration::from_millis(10), "{held_back:?}");
    }
}
