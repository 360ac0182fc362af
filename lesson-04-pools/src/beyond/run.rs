//! A run from beginning to end: what the command line asks for, submitted, worked on, gathered, reported.

use std::collections::BTreeMap;
use std::time::Duration;

use common::{Failure, Outcome, Run};
use serde_json::json;
use tokio::time::timeout;
use tracing::info;

use super::connection::connect;
use super::gather::gather;
use super::hosts::{Crew, Hiring};
use super::job::{self, Ending};
use super::server::Server;
use super::submitter::{Plan, new_run, resume, send_all, write_down};
use super::{block_on, named, stream};
use crate::chunks::chunk::{Chunk, MOST_CHUNKS, MOST_ITEMS, Sum};

/// What the command line asks for.
pub(super) fn plan(run: &Run) -> Result<Plan, Failure> {
    let (items, size) = (run.count("items").get() as u64, run.count("chunk-size"));
    if items > MOST_ITEMS || items / size.get() as u64 > MOST_CHUNKS {
        let why = format!(
            "{items} numbers by {size}: at most {MOST_ITEMS} in {MOST_CHUNKS} chunks can be had"
        );
        return Err(Failure::BadInput(why));
    }
    let mut faults = BTreeMap::new();
    for text in run.texts("break") {
        let (chunk, fault) =
            job::parse(&text).map_err(|why| Failure::BadInput(format!("--break {text}: {why}")))?;
        if !(1..=items.div_ceil(size.get() as u64)).contains(&chunk) {
            return Err(Failure::BadInput(format!(
                "--break {text}: there is no such chunk"
            )));
        }
        faults.insert(chunk, fault);
    }
    let tries = u32::try_from(run.count("tries").get()).expect("the option has a limit");
    Ok(Plan {
        items,
        size,
        pause: run.pace.seconds(run.seconds("chunk-time")),
        tries,
        faults,
    })
}

/// Submits the chunks, or goes on with an earlier run, and gathers the results.
pub(super) fn spread(run: &Run, with_workers: bool) -> Result<Outcome, Failure> {
    let mut plan = plan(run)?;
    let resumed = run.texts("resume").pop();
    if let Some(text) = resumed
        .as_ref()
        .filter(|text| !text.chars().all(|c| c.is_ascii_hexdigit() || c == '-'))
    {
        return Err(Failure::BadInput(format!(
            "--resume {text}: that is not the name of a run"
        )));
    }
    let named = named(run)?;
    if named.is_none() && (resumed.is_some() || !with_workers) {
        return Err(Failure::BadInput(
            "this needs a server that others know as well: --nats URL".to_owned(),
        ));
    }
    let mut own = if named.is_none() {
        Some(Server::start()?)
    } else {
        None
    };
    let url = named
        .or(own.as_ref().map(|server| server.url.clone()))
        .expect("one of them is there");
    let ack_wait = Duration::from_secs_f64(run.seconds("ack-wait"));
    let patience = Duration::from_secs_f64(run.seconds("patience"));
    let id = resumed.clone().unwrap_or_else(new_run);
    let resume_it = format!("to go on with it: --resume {id}");
    let again = if own.is_none() {
        &resume_it
    } else {
        "its server ends with us"
    };
    let workers = run.count("workers").get();
    let endings = block_on(async {
        let jetstream = connect(&url, "submitter").await?;
        let streams = stream::open(&jetstream, ack_wait).await?;
        let sent = async {
            if resumed.is_some() {
                plan = resume(&jetstream, &streams, &id).await?;
                return Ok(());
            }
            write_down(&jetstream, &id, &plan).await?;
            info!("run {id} goes into the queue; {again}");
            send_all(&jetstream, &plan.jobs(&id)).await
        };
        timeout(patience, sent)
            .await
            .map_err(|_| "the server is gone")??;
        let hiring = Hiring {
            url: url.clone(),
            fetch: run.count("fetch").get(),
            ack_wait,
            role: "beyond",
        };
        let mut crew = Crew::start(hiring, if with_workers { workers } else { 0 })?;
        let look = || {
            own.as_mut().map_or(Ok(()), Server::check)?;
            crew.replace_the_dead()
        };
        gather(
            &streams.results,
            &id,
            plan.jobs(&id).len(),
            patience,
            look,
            tell,
        )
        .await
    })?;
    Ok(report(
        &id,
        &plan,
        &endings,
        &format!("without a result; {again}"),
    ))
}

fn tell(chunk: u64, ending: &Ending) {
    match ending {
        Ending::Done(sum) => info!("chunk {chunk} is done: {sum}"),
        Ending::Dead(why) => info!("chunk {chunk} is a dead letter: {why}"),
    }
}

/// The run's value, and what is missing.
pub(super) fn report(
    run: &str,
    plan: &Plan,
    endings: &BTreeMap<u64, Ending>,
    missing: &str,
) -> Outcome {
    let (mut total, mut list, mut problems, mut absent) =
        (Some(0), Vec::new(), Vec::new(), Vec::new());
    for job in plan.jobs(run) {
        let Chunk {
            id, first, last, ..
        } = job.chunk;
        let sum = match endings.get(&id) {
            Some(Ending::Done(sum)) => {
                list.push(Sum {
                    chunk_id: id,
                    items: last - first + 1,
                    result: *sum,
                });
                Some(*sum)
            }
            Some(Ending::Dead(why)) => {
                problems.push(format!("chunk {id} was given up: {why}"));
                None
            }
            None => {
                absent.push(id);
                None
            }
        };
        // A sum without a chunk would be wrong: rather none. And what comes from elsewhere could be anything.
        total = total
            .zip(sum)
            .and_then(|(total, sum): (u64, u64)| total.checked_add(sum));
    }
    match &absent[..] {
        [] => {}
        [one] => problems.push(format!("chunk {one} {missing}")),
        [first, ..] => problems.push(format!(
            "chunk {first} and {} more {missing}",
            absent.len() - 1
        )),
    }
    if let Some(total) = total {
        info!("the squares of 1 to {} add up to {total}", plan.items);
    } else if problems.is_empty() {
        problems.push("the results add up to more than 64 bits can hold".to_owned());
    } else {
        info!(
            "no total: {} of the chunks have no result",
            plan.jobs(run).len() - list.len()
        );
    }
    let outcome = Outcome::new(json!({ "run": run, "total": total, "chunks": list }));
    problems.into_iter().fold(outcome, Outcome::problem)
}
