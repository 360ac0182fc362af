//! The queue: two streams on the server, and the consumer that all workers share.
//!
//! A *stream* is a list of messages that the server keeps in a file. Each message has a *subject*, a name with dots. A
//! *consumer* is the server's memory of who has got what, and whether it was acknowledged.

use std::time::Duration;

use async_nats::Error;
use async_nats::jetstream::consumer::{AckPolicy, PullConsumer, pull};
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{Config, RetentionPolicy, StorageType, Stream};
use async_nats::jetstream::{Context, context::PublishAckFuture};
use tokio::time::sleep;
use tracing::info;

/// The streams, open.
#[derive(Debug, Clone)]
pub struct Streams {
    /// Jobs that nobody has done yet.
    pub jobs: Stream,
    /// What became of the others, and each run's plan.
    pub results: Stream,
    /// Hands out each job to one worker at a time.
    pub workers: PullConsumer,
}

/// Where a job of a run waits. The number of the chunk is part of the name: so one can ask which are still there.
pub fn job(run: &str, chunk: u64) -> String {
    format!("beyond.jobs.{run}.{chunk}")
}

/// Where a result goes. `beyond.results.*.dead.>` are all dead letters there are.
pub fn result(run: &str, kind: &str, chunk: u64) -> String {
    format!("beyond.results.{run}.{kind}.{chunk}")
}

/// Where it is written down what a run was asked to do.
pub fn plan(run: &str) -> String {
    format!("beyond.results.{run}.plan")
}

/// Opens the streams, and makes what is not there yet. `ack_wait` is for a new queue: one that is there keeps its own.
///
/// # Errors
/// When the server does not answer, or keeps no streams.
pub async fn open(jetstream: &Context, ack_wait: Duration) -> Result<Streams, Error> {
    let jobs = Config {
        name: "BEYOND_JOBS".to_owned(),
        subjects: vec!["beyond.jobs.>".to_owned()],
        // A work queue: a job that was acknowledged is removed.
        retention: RetentionPolicy::WorkQueue,
        storage: StorageType::File,
        ..Config::default()
    };
    let results = Config {
        name: "BEYOND_RESULTS".to_owned(),
        subjects: vec!["beyond.results.>".to_owned()],
        storage: StorageType::File,
        // A message with an id that came within this time is dropped.
        duplicate_window: Duration::from_mins(2),
        // So long a run can be resumed.
        max_age: Duration::from_hours(24),
        ..Config::default()
    };
    let jobs = jetstream.get_or_create_stream(jobs).await?;
    let results = jetstream.get_or_create_stream(results).await?;
    let workers = pull::Config {
        durable_name: Some("workers".to_owned()),
        ack_policy: AckPolicy::Explicit,
        // A job that is not acknowledged, and of which nobody says that it goes on, is handed out again.
        ack_wait,
        // Not limited here: a job that was tried too often is to end as a dead letter, and a worker sees to that. The
        // server itself would only stop to hand it out, and leave it in the stream.
        max_deliver: -1,
        // So many jobs may be in the hands of workers at once, on all hosts together.
        max_ack_pending: 100_000,
        ..pull::Config::default()
    };
    let workers = jobs.get_or_create_consumer("workers", workers).await?;
    Ok(Streams {
        jobs,
        results,
        workers,
    })
}

/// Sends a message, and gives back the promise that the server has stored it.
///
/// # Errors
/// When it cannot even be sent.
pub async fn send(
    jetstream: &Context,
    subject: &str,
    id: &str,
    payload: Vec<u8>,
) -> Result<PublishAckFuture, Error> {
    let message = PublishMessage::build()
        .message_id(id)
        .payload(payload.into());
    Ok(jetstream.send_publish(subject.to_owned(), message).await?)
}

/// Sends a message again and again until the server has stored it. That is safe, because the stream drops a message
/// with an id that it knows.
pub async fn store(jetstream: &Context, subject: &str, id: &str, payload: Vec<u8>) {
    loop {
        let stored = match send(jetstream, subject, id, payload.clone()).await {
            Ok(promise) => promise.await.map_err(Error::from),
            Err(error) => Err(error),
        };
        match stored {
            Ok(_) => return,
            Err(error) => info!("{id} is not stored ({error}): once more"),
        }
        sleep(Duration::from_millis(200)).await;
    }
}
