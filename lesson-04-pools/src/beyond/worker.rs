//! The worker: takes a job, does it, sends the result, acknowledges the job. In this order.
//!
//! Whatever dies in between, the job is not lost: it is handed out again. For the same reason it
//! may be done twice.

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

/// The time for which a worker asks for a job before it asks again.
const ASK: Duration = Duration::from_secs(2);

/// A way to do a job, given the job and the number of the try.
pub type Attempt = fn(&Job, u32) -> Result<u64, String>;

/// Does jobs of any run, by calling `attempt` with the job and the number of the try, until `stop`
/// says that it is enough; the job in hand is finished. It asks for `fetch` jobs at a time.
///
/// Fails where the queue cannot be opened. A server that goes away later is waited for.
pub async fn work(
    jetstream: &Context,
    ack_wait: Duration,
    fetch: usize,
    stop: &Notify,
    attempt: Attempt,
) -> Result<(), Error> {
    let queue = stream::open(jetstream, ack_wait).await?.workers;
    // An existing queue keeps the ack wait that it was made with.
    let ack_wait = queue.cached_info().config.ack_wait;
    let mut enough = pin!(stop.notified());

    loop {
        let asked = queue.batch().max_messages(fetch).expires(ASK);
        let mut jobs = match asked.messages().await {
            Ok(jobs) => jobs,
            Err(error) => {
                info!("no answer from the queue ({error}): once more");
                sleep(Duration::from_millis(200)).await;
                continue;
            }
        };
        loop {
            // After a restart the server does not remember that we asked: a wait must have an end.
            let next = pin!(timeout(ASK + Duration::from_millis(500), jobs.next()));
            let message = match select(enough.as_mut(), next).await {
                Either::Left(_) => return Ok(()),
                Either::Right((Ok(Some(Ok(message))), _)) => message,
                Either::Right(_) => break,
            };
            // A lost connection is made again meanwhile; a job that is not acknowledged comes
            // again.
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
        let subject = &message.subject;
        info!("on {subject} is something that is no job: thrown away");
        return message.ack_with(AckKind::Term).await;
    };

    let id = job.chunk.id;
    let number = u32::try_from(message.info()?.delivered)?;
    if number > job.tries {
        // The tries before this one did not even fail: no worker ever said how they ended.
        let why = format!("its worker was lost, {} times", job.tries);
        bury(jetstream, &job, why).await?;
        return message.double_ack_with(AckKind::Term).await;
    }

    if number > 1 {
        info!("chunk {id}: try {number}");
    }
    let alive = tokio::spawn(stay_alive(message.clone(), ack_wait / 3));
    // This is the main thread, which works. Connection and `alive` live on another one.
    let outcome = attempt(&job, number);
    alive.abort();

    match outcome {
        Ok(sum) => {
            end(jetstream, &job, "done", &Ending::Done(sum)).await?;
            message.double_ack().await
        }
        Err(why) if number < job.tries => {
            info!("chunk {id}: {why}; it will be tried again");
            let pause = Duration::from_millis(100) * number;
            message.ack_with(AckKind::Nak(Some(pause))).await
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

/// Sends the ending of a job. A second ending of the same job has the same id, and is dropped.
async fn end(jetstream: &Context, job: &Job, kind: &str, ending: &Ending) -> Result<(), Error> {
    let run = &job.run;
    let chunk = job.chunk.id;
    let subject = result(run, kind, chunk);
    let id = format!("{run}.{chunk}");
    store(jetstream, &subject, &id, serde_json::to_vec(ending)?).await;
    Ok(())
}
