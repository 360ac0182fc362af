//! Beyond one machine: the same chunks, on a queue that others run in production.
//!
//! Read in this order: [`job`], [`stream`] (the queue), [`worker`], [`submitter`], [`gather`], [`run`] (all of
//! them). Then what stands around: [`connection`], [`server`], [`hosts`], [`local`] (the same jobs on the process
//! pool), [`cost`] and [`model`].

pub mod connection;
pub mod cost;
pub mod hosts;
pub mod gather;
pub mod job;
pub mod local;
pub mod model;
pub mod server;
pub mod run;
pub mod stream;
pub mod submitter;
pub mod worker;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use async_nats::ServerAddr;
use common::{Failure, Outcome, Run};
use serde_json::json;
use tokio::sync::Notify;
use tracing::info;

use connection::connect;
use job::Job;

/// Runs a future on this thread. The connection to the server lives on another one, so that this thread may work for
/// as long as it likes.
fn block_on<T>(future: impl Future<Output = Result<T, async_nats::Error>>) -> io::Result<T> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder
        .worker_threads(1)
        .thread_name("connection")
        .enable_all()
        .build()?;
    runtime.block_on(future).map_err(io::Error::other)
}

/// What `cargo run -p lesson-04-pools --features nats -- beyond` runs.
///
/// # Errors
/// When there is no server, or the command line asks for what cannot be.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    match run.texts("what").first().map(String::as_str) {
        Some("worker") => host(run),
        Some("local") => local::demo(&run::plan(run)?, run.count("workers").get()),
        Some("cost") => cost::demo(run.count("workers").get()),
        role => run::spread(run, role != Some("submit")),
    }
}

/// The server to use: the one that was named, if any.
fn named(run: &Run) -> Result<Option<String>, Failure> {
    let url = run
        .texts("nats")
        .pop()
        .or_else(|| std::env::var("NATS_URL").ok().filter(|url| !url.is_empty()));
    match url.as_ref().map(|url| url.parse::<ServerAddr>()) {
        // It may hold a password: so it is not shown.
        Some(Err(why)) => Err(Failure::BadInput(format!(
            "--nats: that is no address of a NATS server: {why}"
        ))),
        _ => Ok(url),
    }
}

/// A worker on a host of its own, until Ctrl-C. Then it finishes the job that it has.
fn host(run: &Run) -> Result<Outcome, Failure> {
    let url =
        named(run)?.ok_or_else(|| Failure::BadInput("a worker needs --nats URL".to_owned()))?;
    let stop = Arc::new(Notify::new());
    let flag = Arc::clone(&stop);
    common::on_interrupt(move || flag.notify_one());
    let ack_wait = Duration::from_secs_f64(run.seconds("ack-wait"));
    block_on(async {
        let jetstream = connect(&url, "worker").await?;
        info!("ready, in process {}; Ctrl-C ends it", std::process::id());
        worker::work(
            &jetstream,
            ack_wait,
            run.count("fetch").get(),
            &stop,
            Job::attempt,
        )
        .await
    })?;
    Ok(Outcome::new(json!(null)))
}
