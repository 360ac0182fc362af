//! The worker: takes a job, does it, sends the result, acknowledges the job. In this order.
//!
//! Whatever dies in between, the job is not lost: it is handed out again. For the same reason it may be done twice.

use std::pin::pin;
use std::time::Duration;

use async_nats::Error;
use async_nats::jetstream::{AckKind, Context, Message};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};
use tracing::info;

use super::job::{Ending, Job};
use super::stream::{self, result, store};

/// How long a worker asks for a job before it asks again.
const ASK: Duration = Duration::from_secs(2);

/// How a job is done: given the job and the number of the try.
pub type Attempt = fn(&Job, u32) -> Result<u64, String>;

/// Does jobs of any run, by calling `attempt` with the job and the number of the try, until `stop` says that it is
/// enough; the job in hand is finished. It asks for `fetch` jobs at a time.
///
/// # Errors
/// When the queue cannot be opened. That the server goes away later is none: a worker waits for it.
pub async fn work(
    jetstream: &Context,
    ack_wait: Duration,
    fetch: usize,
    stop: &Notify,
    attempt: Attempt,
) -> Result<(), Error> {
    let queue = stream::open(jetstream, ack_wait).await?.workers;
    // What holds is what the queue was made with.
    let ack_wait = queue.cached_info().config.ack_wait;
    let mut enough = pin!(stop.notified());
    loop {
        let mut jobs = match queue
            .batch()
            .max_messages(fetch)
            .expires(ASK)
            .messages()
            .await
        {
            Ok(jobs) => jobs,
            Err(error) => {
                info!("no answer from the queue ({error}): once more");
                sleep(Duration::from_millis(200)).await;
                continue;
            }
        };
        loop {
            // After a restart the server does not remember that we asked. So we do not wait for ever.
            let next = pin!(timeout(ASK + Duration::from_millis(500), jobs.next()));
            let message = match select(enough.as_mut(), next).await {
                Either::Left(_) => return Ok(()),
                Either::Right((Ok(Some(Ok(message))), _)) => message,
                Either::Right(_) => break,
            };
            // A lost connection is made again meanwhile; a job that is not acknowledged comes again.
            if let Err(error) = take(jetstream, &message, ack_wait, attempt).await {
                info!("not acknowledged: {error}");
            }
        }
    }
}

/// Does one job, if it was not tried too often.
async fn take(
    jetstream: &Context,
    message: &Message,
    ack_wait: Duration,
    attempt: Attempt,
) -> Result<(), Error> {
    let Ok(job) = serde_json::from_slice::<Job>(&message.payload) else {
        info!(
            "on {} is something that is no job: thrown away",
            message.subject
        );
        return message.ack_with(AckKind::Term).await;
    };
    let id = job.chunk.id;
    let number = u32::try_from(message.info()?.delivered)?;
    if number > job.tries {
        // The tries before this one did not even fail: nobody ever said how they ended.
        bury(
            jetstream,
            &job,
            format!("its worker was lost, {} times", job.tries),
        )
        .await?;
        return message.double_ack_with(AckKind::Term).await;
    }
    if number > 1 {
        info!("chunk {id}: try {number}");
    }
    let alive = tokio::spawn(stay_alive(message.clone(), ack_wait / 3));
    // This is the main thread, which works. The connection lives on another thread, and so does `alive`.
    let outcome = attempt(&job, number);
    alive.abort();
    match outcome {
        Ok(sum) => {
            end(jetstream, &job, "done", &Ending::Done(sum)).await?;
            message.double_ack().await
        }
        Err(why) if number < job.tries => {
            info!("chunk {id}: {why}; it will be tried again");
            message
                .ack_with(AckKind::Nak(Some(Duration::from_millis(100) * number)))
                .await
        }
        Err(why) => {
            bury(jetstream, &job, format!("{why}, {number} times")).await?;
            message.double_ack_with(AckKind::Term).await
        }
    }
}

/// Says again and again that the job goes on, so that a job may take longer than the ack wait.
async fn stay_alive(message: Message, every: Duration) {
    loop {
        sleep(every).await;
        // Where this does not arrive, the job is handed out again: that is what it is for.
        let _ = message.ack_with(AckKind::Progress).await;
    }
}

/// Sends a dead letter.
async fn bury(jetstream: &Context, job: &Job, why: String) -> Result<(), Error> {
    info!("chunk {}: {why}; given up", job.chunk.id);
    end(jetstream, job, "dead", &Ending::Dead(why)).await
}

/// Sends what became of a job. A second ending of the same job has the same id, and is dropped.
async fn end(jetstream: &Context, job: &Job, kind: &str, ending: &Ending) -> Result<(), Error> {
    let (run, chunk) = (&job.run, job.chunk.id);
    let id = format!("{run}.{chunk}");
    store(
        jetstream,
        &result(run, kind, chunk),
        &id,
        serde_json::to_vec(ending)?,
    )
    .await;
    Ok(())
}
