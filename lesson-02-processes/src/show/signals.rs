//! The demo `signals`.

use std::io;
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::measure::seconds;
use common::{Demo, Failure, Outcome, Run};
use serde::Serialize;
use serde_json::json;
use tracing::info;

use crate::signals::{GRACE, ITEM, Manners, Report, stop, work};
use crate::support::serve::receive_job;
use crate::support::worker_process::WorkerProcess;

const ROLE: &str = "items";

pub fn demo() -> Demo {
    Demo::new("signals", "ask a worker to stop, then insist", run)
        .in_turn()
        .worker(ROLE, worker)
}

fn worker(_name: &str) -> io::Result<()> {
    match receive_job()? {
        Some((manners, item)) => work(manners, item),
        None => Ok(()),
    }
}

/// A worker's end.
#[derive(Serialize)]
struct End {
    how: String,
    /// Items that it finished.
    items: u32,
    after_s: f64,
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    Ok(json!({
        "polite": end("polite", Manners::Polite, run)?,
        "plain": end("plain", Manners::Plain, run)?,
        "stubborn": end("stubborn", Manners::Stubborn, run)?,
    })
    .into())
}

/// Stops a worker in the middle of its second item.
fn end(name: &str, manners: Manners, run: &Run) -> Result<End, Failure> {
    let item = run.pace.seconds(ITEM);
    let grace = run.pace.seconds(GRACE).max(Duration::from_millis(50));

    let mut worker = WorkerProcess::start(name, ROLE)?;
    worker.send(&(manners, item))?;
    while !matches!(worker.receive()?, None | Some(Report::Begun(2))) {}
    sleep(item / 2);

    let start = Instant::now();
    let exit = stop(&mut worker.child, name, grace)?;
    let after_s = start.elapsed().as_secs_f64();

    let mut items = 1;
    // The reports from before its end are still in the pipe.
    while let Some(report) = worker.receive()? {
        if let Report::Done(number) = report {
            items = number;
        }
    }
    info!(
        "{name} {exit}, {} after it was asked; items done: {items}",
        seconds(after_s)
    );

    Ok(End {
        how: exit.to_string(),
        items,
        after_s,
    })
}
