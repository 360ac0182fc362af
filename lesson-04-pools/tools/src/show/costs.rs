//! `costs`: all groups of figures, as two tables.

use common::measure::busy;
use common::{Demo, Failure, Outcome, Report, Run};
use lesson_04_pools::executor::worker::serve;
use lesson_04_pools::show::costs;
use serde_json::Value;
use tracing::info;

use crate::costs::cost::{Cost, Unit, table};
use crate::costs::errand::{Errand, ROLE};
use crate::costs::{computing, handing_over, memory, processes, switching};
use crate::summary::Summary;

pub fn demo() -> Demo {
    costs::demo().here(run).worker(ROLE, |_| serve::<Errand>())
}

type Measure = fn() -> anyhow::Result<Vec<Cost>>;

const GROUPS: [(&str, Measure); 5] = [
    ("computing", || Ok(computing::costs())),
    ("handing a job over", handing_over::costs),
    ("switching and sleeping", switching::costs),
    ("processes", processes::costs),
    ("memory", memory::costs),
];

fn run(_run: &Run) -> Result<Outcome, Failure> {
    let busy = busy();
    let mut costs = Vec::new();
    for (name, measure) in GROUPS {
        info!("measuring: {name}");
        let measured = measure().map_err(|error| Failure::Failed(format!("{name}: {error:#}")))?;
        costs.extend(measured);
    }

    let mut sheet = busy
        .map_or_else(Report::new, |busy| Report::new().text(busy))
        .heading("Time")
        .then(table(&costs, Unit::Nanoseconds))
        .heading("Memory")
        .then(table(&costs, Unit::Bytes));
    let figures = costs.iter().filter_map(|cost| cost.figure);
    let noisy = figures.filter(Summary::is_noisy).count();
    if noisy > 0 {
        sheet = sheet.text(format!(
            "Too noisy to say more than a range: {noisy}. Is the machine busy?"
        ));
    }
    if cfg!(debug_assertions) {
        sheet = sheet.text(
            "This was a debug build: put --release behind `cargo run` for figures that count.",
        );
    }
    let values: Vec<Value> = costs.iter().map(Cost::to_json).collect();
    Ok(Outcome::new(values).report(sheet))
}
