//! The cost of a job: on the process pool of one machine, and on the queue.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::time::{Duration, Instant};

use async_nats::Error;
use common::{Failure, Outcome};
use serde_json::json;

use super::connection::{block_on, connect};
use super::gather::gather;
use super::hosts::{self, Hosts, Settings};
use super::local::{self, Quiet, pool};
use super::model::{Costs, table};
use super::server::Server;
use super::stream;
use super::submitter::{Plan, new_run, send_all};
use crate::executor::as_completed;

/// More than any of the runs below takes.
const PATIENCE: Duration = Duration::from_mins(2);
/// The ack wait that the model assumes: the one that NATS takes if it is not told.
const ACK_WAIT: Duration = Duration::from_secs(30);
/// A job long enough for all workers to start while it runs.
const WARM_UP: Duration = Duration::from_millis(50);

/// Measures `jobs` jobs of `pause` each on the process pool, in seconds.
fn on_the_pool(workers: usize, jobs: usize, pause: Duration) -> Result<f64, Failure> {
    let pool = pool::<Quiet>(local::QUIET_ROLE, workers)?;
    let do_all = |jobs: usize, pause: Duration| -> Result<(), Failure> {
        let jobs = (0..jobs).map(|_| pool.submit(Quiet(pause)));
        for job in as_completed(jobs.collect::<Result<Vec<_>, _>>()?) {
            job.result()?;
        }
        Ok(())
    };
    // The workers start with the first jobs. That is not counted.
    do_all(workers, WARM_UP)?;

    let start = Instant::now();
    do_all(jobs, pause)?;
    Ok(start.elapsed().as_secs_f64())
}

/// Measures the same on the queue.
async fn on_the_queue(
    url: &str,
    workers: usize,
    fetch: usize,
    jobs: u64,
    pause: Duration,
) -> Result<f64, Error> {
    let jetstream = connect(url, "submitter").await?;
    let streams = stream::open(&jetstream, ACK_WAIT).await?;
    let settings = Settings {
        url: url.to_owned(),
        fetch,
        ack_wait: ACK_WAIT,
        role: hosts::QUIET_ROLE,
    };
    let hosts = Hosts::start(settings, workers)?;

    let mut took = 0.0;
    // The first round waits for the workers to start. It is not counted.
    for (items, pause) in [(2 * workers as u64, WARM_UP), (jobs, pause)] {
        let plan = Plan {
            items,
            size: NonZero::<usize>::MIN,
            pause,
            tries: 1,
            faults: BTreeMap::new(),
        };
        let run = new_run();
        let wanted = usize::try_from(items)?;
        let start = Instant::now();
        send_all(&jetstream, &plan.jobs(&run)).await?;
        let results = &streams.results;
        let endings = gather(results, &run, wanted, PATIENCE, || Ok(()), |_, _| {}).await?;
        took = start.elapsed().as_secs_f64();
        if endings.len() < wanted {
            return Err("not all jobs came back".into());
        }
    }
    drop(hosts);
    Ok(took)
}

/// Measures both, and compares them.
pub fn run(cores: usize) -> Result<Outcome, Failure> {
    let server = Server::start()?;
    let queue = |workers, fetch, jobs, pause| {
        block_on(on_the_queue(&server.url, workers, fetch, jobs, pause))
    };
    let few = 1_000_u32;
    let many = 4_000_u32;
    let at_once = Duration::ZERO;
    let to_the_microsecond = |seconds: f64| (seconds * 1e6).round() / 1e6;

    // Rounded to the figures that are printed, so that a reader can do the arithmetic again.
    let local_s = on_the_pool(cores, 10 * many as usize, at_once)? / f64::from(10 * many);
    let trip_s = queue(1, 1, few.into(), at_once)? / f64::from(few);
    let rate = f64::from(many) / queue(4 * cores, 1, many.into(), at_once)?;
    let batched_rate = f64::from(many) / queue(4 * cores, 100, many.into(), at_once)?;
    let costs = Costs {
        local_s: to_the_microsecond(local_s),
        trip_s: to_the_microsecond(trip_s),
        rate: rate.round(),
    };

    let mut lines = sentences(&costs, cores, batched_rate);
    // A job that sleeps needs no core: so twice the workers stand for a second machine.
    lines.push(format!(
        "{:>9}  {:>14}  {:>22}",
        "a job of", "one, with pool", "two, with queue"
    ));
    let mut crossing = Vec::new();
    for micros in [0_u64, 200, 500, 1_000, 2_000, 5_000, 10_000] {
        let jobs = 800_u32;
        let pause = Duration::from_micros(micros);
        let one = on_the_pool(cores, jobs as usize, pause)? / f64::from(jobs);
        let two = queue(2 * cores, 1, jobs.into(), pause)? / f64::from(jobs);
        let better = if two < one { "the queue is faster" } else { "" };
        lines.push(format!(
            "{:>6.1} ms  {:>11.2} ms  {:>10.2} ms a job  {better}",
            micros as f64 / 1e3,
            one * 1e3,
            two * 1e3
        ));
        crossing.push(json!({ "job_s": pause.as_secs_f64(), "one_s": one, "two_s": two }));
    }
    lines.push(String::new());
    lines.push(table(&costs, cores, ACK_WAIT.as_secs_f64()));
    let results = json!({ "costs": costs, "batched_rate": batched_rate, "crossing": crossing });
    Ok(Outcome::new(results).report(lines.join("\n")))
}

fn sentences(costs: &Costs, cores: usize, batched_rate: f64) -> Vec<String> {
    let local_us = costs.local_s * 1e6;
    let trip_us = costs.trip_s * 1e6;
    let rate = costs.rate;
    let workers = 4 * cores;
    let pays_ms = costs.pays_from(2, cores).unwrap_or(f64::INFINITY) * 1e3;

    vec![
        format!("A job costs {local_us:.0} µs on the process pool with {cores} workers."),
        format!("On the queue one worker needs {trip_us:.0} µs for it, and there and back;"),
        format!(
            "{workers} workers together carry {rate:.0} jobs a second, {batched_rate:.0} if each asks for 100 at a time."
        ),
        format!("By the formula a second machine pays from {pays_ms:.2} ms a job on.\n"),
    ]
}
