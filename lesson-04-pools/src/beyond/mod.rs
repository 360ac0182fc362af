//! Beyond one machine: the same chunks, on a queue that others run in production.
//!
//! Read in this order: [`job`], [`stream`] (the queue), [`worker`], [`submitter`], [`gather`]. Then what stands around
//! them: [`connection`], [`server`], [`crew`], [`local`] (the same jobs on the process pool), [`cost`] and [`paper`].

pub mod connection;
pub mod cost;
pub mod crew;
pub mod gather;
pub mod job;
pub mod local;
pub mod paper;
pub mod server;
pub mod stream;
pub mod submitter;
pub mod worker;

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use common::{Failure, Outcome, Run};
use serde_json::json;
use tracing::info;

use connection::connect;
use crew::{Crew, Hiring};
use gather::gather;
use job::{Ending, Job};
use server::Server;
use submitter::Plan;

/// Runs a future on this thread. The connection to the server lives on another one, so that this thread may work for
/// as long as it likes.
fn block_on<T>(future: impl Future<Output = Result<T, async_nats::Error>>) -> io::Result<T> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).thread_name("connection").enable_all().build()?;
    runtime.block_on(future).map_err(io::Error::other)
}

/// What `cargo run -p lesson-04-pools --features nats -- beyond` runs.
///
/// # Errors
/// When there is no server, or the command line asks for what cannot be.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    match run.word("role") {
        Some("worker") => host(run),
        Some("local") => local::demo(&plan(run)?, run.count("workers").get()),
        Some("cost") => cost::demo(run.count("workers").get()),
        role => spread(run, role != Some("submit")),
    }
}

/// The server to use: the one that was named, if any.
fn named(run: &Run) -> Option<String> {
    run.texts("nats").pop().or_else(|| std::env::var("NATS_URL").ok().filter(|url| !url.is_empty()))
}

/// A worker on a host of its own, until Ctrl-C. Then it finishes the job that it has.
fn host(run: &Run) -> Result<Outcome, Failure> {
    let url = named(run).ok_or_else(|| Failure::BadInput("a worker needs --nats URL".to_owned()))?;
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    common::on_interrupt(move || flag.store(true, Ordering::Relaxed));
    let ack_wait = Duration::from_secs_f64(run.seconds("ack-wait"));
    block_on(async {
        let jetstream = connect(&url, "worker").await?;
        info!("ready, in process {}; Ctrl-C ends it", std::process::id());
        worker::work(&jetstream, ack_wait, run.count("fetch").get(), &stop, Job::attempt).await
    })?;
    Ok(Outcome::new(json!(null)))
}

/// What the command line asks for.
fn plan(run: &Run) -> Result<Plan, Failure> {
    let (items, size) = crate::chunks::asked(run)?;
    let mut faults = BTreeMap::new();
    for text in run.texts("break") {
        let (chunk, fault) = job::parse(&text).map_err(Failure::BadInput)?;
        faults.insert(chunk, fault);
    }
    let tries = u32::try_from(run.count("tries").get()).expect("the option has a limit");
    Ok(Plan { items, size, pause: run.pace.seconds(run.seconds("chunk-time")), tries, faults })
}

/// Submits the chunks, or goes on with an earlier run, and gathers the results.
fn spread(run: &Run, with_workers: bool) -> Result<Outcome, Failure> {
    let mut plan = plan(run)?;
    let resumed = run.texts("resume").pop();
    let named = named(run);
    if named.is_none() && (resumed.is_some() || !with_workers) {
        return Err(Failure::BadInput("this needs a server that others know as well: --nats URL".to_owned()));
    }
    let own = if named.is_none() { Some(Server::start()?) } else { None };
    let url = named.or(own.as_ref().map(|server| server.url.clone())).expect("one of them is there");
    let ack_wait = Duration::from_secs_f64(run.seconds("ack-wait"));
    let patience = Duration::from_secs_f64(run.seconds("patience"));
    let id = resumed.clone().unwrap_or_else(submitter::new_run);

    let workers = run.count("workers").get();
    let endings = block_on(async {
        let jetstream = connect(&url, "submitter").await?;
        let streams = stream::open(&jetstream, ack_wait).await?;
        if resumed.is_some() {
            plan = submitter::resume(&jetstream, &streams, &id).await?;
        } else {
            submitter::submit(&jetstream, &id, &plan).await?;
            info!("run {id} is in the queue; if we die: --resume {id}");
        }
        let hiring = Hiring { url: url.clone(), fetch: run.count("fetch").get(), ack_wait, role: "beyond" };
        let mut crew = Crew::start(hiring, if with_workers { workers } else { 0 })?;
        let look = || crew.replace_the_dead();
        gather(&streams.results, &id, plan.jobs(&id).len(), patience, look, tell).await
    })?;
    Ok(report(&id, &plan, &endings))
}

fn tell(chunk: u64, ending: &Ending) {
    match ending {
        Ending::Done(sum) => info!("chunk {chunk} is done: {sum}"),
        Ending::Dead(why) => info!("chunk {chunk} is a dead letter: {why}"),
    }
}
