//! The queue: two streams on the server, and the consumer that all workers share.
//!
//! A *stream* is a list of messages that the server keeps in a file. Each message has a *subject*,
//! a name with dots. A *consumer* is the server's memory of which message went where, and whether
//! it was acknowledged.

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
    /// Jobs that are not done yet.
    pub jobs: Stream,
    /// The endings of the others, and each run's plan.
    pub results: Stream,
    /// The consumer that hands out each job to one worker at a time.
    pub workers: PullConsumer,
}

/// Returns the subject of a job. The number of the chunk is part of it: the stream can be asked
/// which are still there.
pub fn job(run: &str, chunk: u64) -> String {
    format!("beyond.jobs.{run}.{chunk}")
}

/// Returns the subject of a result. `beyond.results.*.dead.>` are all dead letters there are.
pub fn result(run: &str, kind: &str, chunk: u64) -> String {
    format!("beyond.results.{run}.{kind}.{chunk}")
}

/// Returns the subject of a run's plan.
pub fn plan(run: &str) -> String {
    format!("beyond.results.{run}.plan")
}

/// Opens the streams, and makes what is not there yet. `ack_wait` is for a new queue: one that is
/// there keeps its own.
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
        // The time in which a run can be resumed.
        max_age: Duration::from_hours(24),
        ..Config::default()
    };

    let jobs = jetstream.get_or_create_stream(jobs).await?;
    let results = jetstream.get_or_create_stream(results).await?;

    let workers = pull::Config {
        durable_name: Some("workers".to_owned()),
        ack_policy: AckPolicy::Explicit,
        // A job that is not acknowledged, and of which no worker says that it goes on, is handed
        // out again.
        ack_wait,
        // Not limited here: a job that was tried too often is to end as a dead letter, and a worker
        // sees to that. The server itself would only stop to hand it out, and leave it in the
        // stream.
        max_deliver: -1,
        // The jobs that workers may have at once, on all hosts together.
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

/// Sends a message, and returns the promise that the server has stored it.
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

/// Sends a message again and again until the server has stored it. That is safe, because the stream
/// drops a message with an id that it knows.
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
