//! The submitter: writes down the plan, sends the jobs. If it dies, another one can go on where it
//! was.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_nats::Error;
use async_nats::jetstream::Context;
use async_nats::jetstream::stream::InfoWithSubjects;
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};
use tracing::info;

use super::job::{Fault, Job};
use super::stream::{self, Streams, send, store};
use crate::chunks::chunk::cut;

/// The jobs that are sent to the server before their receipts are looked at.
const AT_ONCE: usize = 256;

/// The plan of a run. Kept in the results' stream, under the run's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The last of the numbers, which begin with 1.
    pub items: u64,
    /// Numbers in a chunk.
    pub size: NonZero<usize>,
    /// Simulated work a chunk.
    pub pause: Duration,
    /// Tries until a job is given up.
    pub tries: u32,
    /// The faults, by the number of the chunk.
    pub faults: BTreeMap<u64, Fault>,
}

impl Plan {
    /// Returns the jobs of this plan.
    pub fn jobs(&self, run: &str) -> Vec<Job> {
        let chunks = cut(self.items, self.size, self.pause).into_iter();
        let jobs = chunks.map(|chunk| Job {
            run: run.to_owned(),
            fault: self.faults.get(&chunk.id).copied(),
            chunk,
            tries: self.tries,
        });
        jobs.collect()
    }
}

/// Makes a name for a run that no other has: the time in microseconds and our process.
pub fn new_run() -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    format!("{:x}-{:x}", now.as_micros(), std::process::id())
}

/// Writes down the plan of a run. This comes first, so that it can be resumed from the first job
/// on.
pub async fn write_down(jetstream: &Context, run: &str, plan: &Plan) -> Result<(), Error> {
    let subject = stream::plan(run);
    let id = format!("{run}.plan");
    store(jetstream, &subject, &id, serde_json::to_vec(plan)?).await;
    Ok(())
}

/// Goes on with a run: sends the jobs that are neither in the queue nor done. Returns its plan.
pub async fn resume(jetstream: &Context, streams: &Streams, run: &str) -> Result<Plan, Error> {
    let subject = stream::plan(run);
    let message = streams.results.get_last_raw_message_by_subject(&subject);
    let message = message.await;
    let message = message.map_err(|error| format!("no run {run} is known here: {error}"))?;
    let plan: Plan = serde_json::from_slice(&message.payload)?;

    // First those in the queue, then those that are done: a job that goes from here to there
    // meanwhile is in both, and not in none.
    let jobs = format!("beyond.jobs.{run}.>");
    let mut known = chunks(streams.jobs.info_with_subjects(jobs).await?).await?;
    let waiting = known.len();
    let results = format!("beyond.results.{run}.>");
    known.extend(chunks(streams.results.info_with_subjects(results).await?).await?);
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

/// Returns the numbers at the end of the subjects.
async fn chunks(subjects: InfoWithSubjects) -> Result<BTreeSet<u64>, Error> {
    let subjects: Vec<(String, usize)> = subjects.try_collect().await?;
    let number = |(subject, _): (String, usize)| subject.rsplit('.').next()?.parse().ok();
    Ok(subjects.into_iter().filter_map(number).collect())
}

/// Returns the subject of a job, and the id under which the stream knows it.
fn address(job: &Job) -> (String, String) {
    (
        stream::job(&job.run, job.chunk.id),
        format!("{}.{}", job.run, job.chunk.id),
    )
}

/// Sends jobs without waiting for each one's receipt. A job that was sent twice has the same id,
/// and is kept once.
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
