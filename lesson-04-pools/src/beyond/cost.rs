//! What a job costs: on the process pool of one machine, and on the queue.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::time::{Duration, Instant};

use async_nats::Error;
use common::{Failure, Outcome};
use serde_json::json;

use super::connection::connect;
use super::gather::gather;
use super::hosts::{Crew, Hiring};
use super::local::{Quiet, pool};
use super::model::Costs;
use super::server::Server;
use super::submitter::{Plan, new_run, send_all};
use super::{block_on, stream};
use crate::executor::as_completed;

/// More than any of the runs below takes.
const PATIENCE: Duration = Duration::from_mins(2);
/// The ack wait that the table on paper assumes, which is what NATS takes if it is not told.
const ACK_WAIT: Duration = Duration::from_secs(30);

/// Seconds for `jobs` jobs of `pause` each on the process pool.
fn local(workers: usize, jobs: usize, pause: Duration) -> Result<f64, Failure> {
    let pool = pool::<Quiet>("beyond-local-quiet", workers)?;
    // The workers start with the first jobs. That is not counted.
    for job in (0..workers)
        .map(|_| pool.submit(Quiet(Duration::from_millis(50))))
        .collect::<Vec<_>>()
    {
        job?.result()?;
    }
    let start = Instant::now();
    let jobs = (0..jobs)
        .map(|_| pool.submit(Quiet(pause)))
        .collect::<Result<Vec<_>, _>>()?;
    for job in as_completed(jobs) {
        job.result()?;
    }
    Ok(start.elapsed().as_secs_f64())
}

/// The same on the queue.
async fn spread(
    url: &str,
    workers: usize,
    fetch: usize,
    jobs: u64,
    pause: Duration,
) -> Result<f64, Error> {
    let jetstream = connect(url, "submitter").await?;
    let streams = stream::open(&jetstream, ACK_WAIT).await?;
    let hiring = Hiring {
        url: url.to_owned(),
        fetch,
        ack_wait: ACK_WAIT,
        role: "beyond-quiet",
    };
    let crew = Crew::start(hiring, workers)?;
    let mut took = 0.0;
    // The first round waits for the workers to start. It is not counted.
    for (items, pause) in [
        (2 * workers as u64, Duration::from_millis(50)),
        (jobs, pause),
    ] {
        let size = NonZero::<usize>::MIN;
        let plan = Plan {
            items,
            size,
            pause,
            tries: 1,
            faults: BTreeMap::new(),
        };
        let (run, wanted) = (new_run(), usize::try_from(items)?);
        let start = Instant::now();
        send_all(&jetstream, &plan.jobs(&run)).await?;
        let endings = gather(
            &streams.results,
            &run,
            wanted,
            PATIENCE,
            || Ok(()),
            |_, _| {},
        )
        .await?;
        took = start.elapsed().as_secs_f64();
        if endings.len() < wanted {
            return Err("not all jobs came back".into());
        }
    }
    drop(crew);
    Ok(took)
}

/// What `beyond cost` runs.
///
/// # Errors
/// When there is no server, or a worker cannot be started.
pub fn demo(cores: usize) -> Result<Outcome, Failure> {
    let server = Server::start()?;
    let queue =
        |workers, fetch, jobs, pause| block_on(spread(&server.url, workers, fetch, jobs, pause));
    let (few, many, at_once) = (1_000_u32, 4_000_u32, Duration::ZERO);
    // Rounded to what is printed: whoever wants to can do the arithmetic again.
    let costs = Costs {
        local_s: (local(cores, 10 * many as usize, at_once)? / f64::from(10 * many) * 1e6).round()
            / 1e6,
        trip_s: (queue(1, 1, few.into(), at_once)? / f64::from(few) * 1e6).round() / 1e6,
        rate: (f64::from(many) / queue(4 * cores, 1, many.into(), at_once)?).round(),
    };
    let batched = queue(4 * cores, 100, many.into(), at_once)?;
    let mut lines = vec![
        format!(
            "A job costs {:.0} µs on the process pool with {cores} workers.",
            costs.local_s * 1e6
        ),
        format!(
            "On the queue one worker needs {:.0} µs for it, and there and back;",
            costs.trip_s * 1e6
        ),
        format!(
            "{} workers together carry {:.0} jobs a second, {:.0} if each asks for 100 at a time.",
            4 * cores,
            costs.rate,
            f64::from(many) / batched
        ),
    ];
    let pays = costs.pays_from(2, cores).unwrap_or(f64::INFINITY);
    lines.push(format!(
        "By the formula a second machine pays from {:.2} ms a job on.\n",
        pays * 1e3
    ));

    // A job that sleeps needs no core: so twice the workers stand for a second machine.
    lines.push(format!(
        "{:>9}  {:>14}  {:>22}",
        "a job of", "one, with pool", "two, with queue"
    ));
    let mut crossing = Vec::new();
    for micros in [0_u64, 200, 500, 1_000, 2_000, 5_000, 10_000] {
        let (pause, jobs) = (Duration::from_micros(micros), 800_u32);
        let one = local(cores, jobs as usize, pause)? / f64::from(jobs);
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
    lines.push(super::model::table(&costs, cores, ACK_WAIT.as_secs_f64()));
    let results =
        json!({ "costs": costs, "batched_rate": f64::from(many) / batched, "crossing": crossing });
    Ok(Outcome::new(results).report(lines.join("\n")))
}
