//! The submitter: writes down the plan, sends the jobs. If it dies, another one can go on where it was.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_nats::Error;
use async_nats::jetstream::Context;
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use tracing::info;

use super::job::{Fault, Job};
use super::stream::{self, Streams, send, store};
use crate::chunks::chunk::cut;

/// So many jobs are under way to the server before their receipts are looked at.
const AT_ONCE: usize = 256;

/// What a run was asked to do. Kept in the results' stream, under the run's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The numbers from 1 to this one.
    pub items: u64,
    /// Numbers in a chunk.
    pub size: NonZero<usize>,
    /// Simulated work a chunk.
    pub pause: Duration,
    /// Tries until a job is given up.
    pub tries: u32,
    /// What goes wrong with which chunk.
    pub faults: BTreeMap<u64, Fault>,
}

impl Plan {
    /// The jobs of this plan.
    pub fn jobs(&self, run: &str) -> Vec<Job> {
        let job = |chunk: crate::chunks::chunk::Chunk| {
            let fault = self.faults.get(&chunk.id).copied();
            Job {
                run: run.to_owned(),
                chunk,
                tries: self.tries,
                fault,
            }
        };
        cut(self.items, self.size, self.pause)
            .into_iter()
            .map(job)
            .collect()
    }
}

/// A name for a run that no other has: the time in microseconds and our process.
pub fn new_run() -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    format!("{:x}-{:x}", now.as_micros(), std::process::id())
}

/// Writes down what a run was asked to do. This comes first, so that it can be resumed from the first job on.
///
/// # Errors
/// When the plan cannot be written as bytes.
pub async fn write_down(jetstream: &Context, run: &str, plan: &Plan) -> Result<(), Error> {
    store(
        jetstream,
        &stream::plan(run),
        &format!("{run}.plan"),
        serde_json::to_vec(plan)?,
    )
    .await;
    Ok(())
}

/// Goes on with a run: sends the jobs that are neither in the queue nor done. Gives back its plan.
///
/// # Errors
/// When there is no such run, or the server does not answer.
pub async fn resume(jetstream: &Context, streams: &Streams, run: &str) -> Result<Plan, Error> {
    let message = streams
        .results
        .get_last_raw_message_by_subject(&stream::plan(run))
        .await;
    let message = message.map_err(|error| format!("no run {run} is known here: {error}"))?;
    let plan: Plan = serde_json::from_slice(&message.payload)?;
    // First those in the queue, then those that are done: a job that goes from here to there meanwhile is in both, and
    // not in none.
    let mut known = chunks(
        streams
            .jobs
            .info_with_subjects(format!("beyond.jobs.{run}.>"))
            .await?,
    )
    .await?;
    let waiting = known.len();
    known.extend(
        chunks(
            streams
                .results
                .info_with_subjects(format!("beyond.results.{run}.>"))
                .await?,
        )
        .await?,
    );
    let mut jobs = plan.jobs(run);
    let all = jobs.len();
    jobs.retain(|job| !known.contains(&job.chunk.id));
    info!(
        "run {run} goes on: of {all} chunks {waiting} are in the queue, {} were never sent",
        jobs.len()
    );
    send_all(jetstream, &jobs).await?;
    Ok(plan)
}

/// The numbers at the end of the subjects.
async fn chunks(
    subjects: async_nats::jetstream::stream::InfoWithSubjects,
) -> Result<BTreeSet<u64>, Error> {
    let subjects: Vec<(String, usize)> = subjects.try_collect().await?;
    let number = |(subject, _): (String, usize)| subject.rsplit('.').next()?.parse().ok();
    Ok(subjects.into_iter().filter_map(number).collect())
}

/// Where a job waits, and the id under which the stream knows it.
fn address(job: &Job) -> (String, String) {
    (
        stream::job(&job.run, job.chunk.id),
        format!("{}.{}", job.run, job.chunk.id),
    )
}

/// Sends jobs without waiting for each one's receipt. A job that was sent twice has the same id, and is kept once.
///
/// # Errors
/// When the server does not take them.
pub async fn send_all(jetstream: &Context, jobs: &[Job]) -> Result<(), Error> {
    for some in jobs.chunks(AT_ONCE) {
        let mut receipts = Vec::new();
        for job in some {
            let (subject, id) = address(job);
            receipts.push(send(jetstream, &subject, &id, serde_json::to_vec(job)?).await?);
        }
        for (job, receipt) in some.iter().zip(receipts) {
            if receipt.await.is_err() {
                let (subject, id) = address(job);
                store(jetstream, &subject, &id, serde_json::to_vec(job)?).await;
            }
        }
    }
    Ok(())
}
