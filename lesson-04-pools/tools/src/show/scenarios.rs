//! `scenarios`: the matrix and the verdict of each scenario.

use std::time::Duration;

use common::measure::{busy, cores};
use common::{Demo, Failure, Outcome, Report, Run};
use lesson_04_pools::show::scenarios::{self, NAMES};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde_json::{Map, json};
use tracing::info;

use crate::scenarios::all::{worker, workloads};
use crate::scenarios::approach::ROLE;
use crate::scenarios::crossover;
use crate::scenarios::matrix::Matrix;
use crate::scenarios::rounds::{Plan, in_turn};
use crate::scenarios::verdict::verdict;

pub fn demo() -> Demo {
    scenarios::demo().here(run).worker(ROLE, worker)
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let named = run.texts("name");
    let is_wanted = |name: &str| named.is_empty() || named.iter().any(|other| other == name);
    let jobs = run.given("jobs").then(|| run.count("jobs").get());
    let plan = Plan {
        most: run.count("runs").get(),
        budget: Duration::from_secs(10),
    };
    let failed = |error: anyhow::Error| Failure::Failed(format!("{error:#}"));
    // Where that is refused, a run that needs more says so.
    let _ = ask_for_open_files();

    let mut sheet = busy().map_or_else(Report::new, |busy| Report::new().text(busy));
    let mut results = Map::new();
    let mut problems = Vec::new();
    for name in NAMES.into_iter().filter(|name| is_wanted(name)) {
        for workload in workloads(name, jobs, run.pace).map_err(failed)? {
            let heading = format!("{}: {}", workload.name, workload.about);
            info!("{heading}");
            let runs = in_turn(&workload, &plan).map_err(failed)?;
            let matrix = Matrix::new(&workload, &runs, cores());
            let name = workload.name;
            if !matrix.same_results {
                problems.push(format!("{name}: the approaches came to different results"));
            }
            let verdict = verdict(&matrix, workload.notebook);
            sheet = sheet
                .heading(heading)
                .then(matrix.sheet())
                .text(&verdict.text);
            results.insert(name, json!({ "matrix": matrix, "verdict": verdict }));
        }
    }
    if is_wanted("numbers") {
        info!("tiny: how small may a job be before concurrency loses?");
        let table = crossover::measure().map_err(failed)?;
        sheet = sheet
            .heading("where concurrency loses")
            .then(crossover::sheet(&table));
        results.insert("tiny".to_owned(), json!(table));
    }

    if cfg!(debug_assertions) {
        sheet = sheet.text(
            "This was a debug build: put --release behind `cargo run` for figures that count.",
        );
    }
    let outcome = Outcome::new(results).report(sheet);
    Ok(problems.into_iter().fold(outcome, Outcome::problem))
}

/// Asks for as many open files as may be had: a thousand connections are a thousand, and many
/// systems let a program have 1,024 unless it asks for more. Child processes inherit it.
fn ask_for_open_files() -> nix::Result<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most)
}
