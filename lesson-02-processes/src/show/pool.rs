//! The demo `pool`.

use std::io::{self, Write, stdout};
use std::process::abort;
use std::thread::sleep;
use std::time::Duration;

use common::{Demo, Failure, Outcome, Run, options};
use tracing::{info, info_span};

use crate::keeper::Attempt;
use crate::pool::{ROLE, pool};
use crate::support::core_dump::no_core_dump;
use crate::support::serve::{receive_job, send_answer};

/// Ends its worker the first time; another one does it.
const FLAKY: u32 = 3;
/// Ends every worker that takes it.
const POISONED: u32 = 7;
/// Keeps its worker for ever.
const ENDLESS: u32 = 10;
/// Makes its worker send bytes that are no message, the first time.
const BABBLING: u32 = 12;

const WORKERS: &str = "workers";
const TRIES: &str = "tries";

pub fn demo() -> Demo {
    Demo::new(
        "pool",
        "a supervisor replaces dead workers and hands on their items",
        run,
    )
    .in_turn()
    .option(options::count(WORKERS, 64, Some("3"), "Workers at a time"))
    .option(options::count(
        TRIES,
        100,
        Some("3"),
        "How often an item is tried at most",
    ))
    .worker(ROLE, worker)
}

/// Squares each number, and trips over some.
fn worker(_name: &str) -> io::Result<()> {
    no_core_dump()?;
    while let Some(Attempt { item, tries }) = receive_job()? {
        let _span = info_span!("item", item).entered();
        sleep(Duration::from_millis(2));

        match (item, tries) {
            (FLAKY, 1) | (POISONED, _) => abort(),
            (ENDLESS, _) => sleep(Duration::from_hours(1)),
            (BABBLING, 1) => stdout().lock().write_all(b"result: 144\n")?,
            _ => {}
        }
        send_answer(&u64::from(item).pow(2))?;
    }
    Ok(())
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let items: Vec<u32> = (1..=20).collect();
    let workers = run.count(WORKERS).get();
    let tries = u32::try_from(run.count(TRIES).get())?;
    let limit = run.pace.seconds(1.0).max(Duration::from_millis(400));
    let mut report = pool(&items, workers, tries, limit)?;

    report.done.sort_by_key(|done| done.item);
    report.given_up.sort_by_key(|attempt| attempt.item);
    info!(
        "{} of {} items are done, {} given up, {} workers were replaced",
        report.done.len(),
        items.len(),
        report.given_up.len(),
        report.replaced
    );
    Ok(serde_json::to_value(report)?.into())
}
