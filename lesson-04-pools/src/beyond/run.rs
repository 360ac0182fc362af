//! A run from beginning to end: submitted, worked on, gathered, reported.

use std::sync::Arc;
use std::time::Duration;

use common::{Failure, Outcome, on_interrupt};
use tokio::sync::Notify;
use tokio::time::timeout;
use tracing::info;

use super::connection::{block_on, connect};
use super::gather::gather;
use super::hosts::{Hosts, ROLE, Settings};
use super::job::Job;
use super::report::{report, tell};
use super::server::Server;
use super::stream;
use super::submitter::{Plan, new_run, resume, send_all, write_down};
use super::worker::work;

/// The orders for a run.
pub struct Orders {
    pub plan: Plan,
    /// The server to use; otherwise the run has one of its own.
    pub url: Option<String>,
    /// Workers to start on this machine.
    pub workers: usize,
    /// Jobs that a worker asks for at a time.
    pub fetch: usize,
    pub ack_wait: Duration,
    /// The time after which the run is given up if no result came.
    pub patience: Duration,
    /// An earlier run to go on with, instead of the plan.
    pub resume: Option<String>,
}

/// Submits the chunks, or goes on with an earlier run, and gathers the results.
pub fn run(orders: Orders) -> Result<Outcome, Failure> {
    let mut own = match orders.url {
        Some(_) => None,
        None => Some(Server::start()?),
    };
    let url = match &own {
        Some(server) => server.url.clone(),
        None => orders.url.unwrap_or_default(),
    };
    let id = orders.resume.clone().unwrap_or_else(new_run);
    let how_to_go_on = match own {
        Some(_) => "its server ends with us".to_owned(),
        None => format!("to go on with it: --resume {id}"),
    };
    let mut plan = orders.plan;

    let endings = block_on(async {
        let jetstream = connect(&url, "submitter").await?;
        let streams = stream::open(&jetstream, orders.ack_wait).await?;
        let sent = async {
            if orders.resume.is_some() {
                plan = resume(&jetstream, &streams, &id).await?;
                return Ok(());
            }
            write_down(&jetstream, &id, &plan).await?;
            info!("run {id} goes into the queue; {how_to_go_on}");
            send_all(&jetstream, &plan.jobs(&id)).await
        };
        timeout(orders.patience, sent)
            .await
            .map_err(|_| "the server is gone")??;

        let settings = Settings {
            url: url.clone(),
            fetch: orders.fetch,
            ack_wait: orders.ack_wait,
            role: ROLE,
        };
        let mut hosts = Hosts::start(settings, orders.workers)?;
        let look = || {
            own.as_mut().map_or(Ok(()), Server::check)?;
            hosts.replace_the_dead()
        };
        let wanted = plan.jobs(&id).len();
        gather(&streams.results, &id, wanted, orders.patience, look, tell).await
    })?;

    let missing = format!("without a result; {how_to_go_on}");
    Ok(report(&id, &plan, &endings, &missing))
}

/// Works on a host of its own, until Ctrl-C. Then it finishes the job that it has.
pub fn work_until_interrupted(url: &str, ack_wait: Duration, fetch: usize) -> Result<(), Failure> {
    let stop = Arc::new(Notify::new());
    let flag = Arc::clone(&stop);
    on_interrupt(move || flag.notify_one());

    block_on(async {
        let jetstream = connect(url, "worker").await?;
        info!("ready, in process {}; Ctrl-C ends it", std::process::id());
        work(&jetstream, ack_wait, fetch, &stop, Job::attempt).await
    })?;
    Ok(())
}
