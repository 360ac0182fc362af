//! `scenarios`: five real workloads under every approach that makes sense, and who is the fastest here.
//!
//! Read `approach` first: the same jobs in seven ways. Then any scenario: `numbers`, `images`, `databases`, `download`,
//! `server`. How they are measured is in `measured` and `rounds`, what is concluded in `matrix` and `verdict`.

pub mod approach;
pub mod clients;
pub mod crossover;
pub mod databases;
pub mod download;
pub mod file_server;
pub mod images;
pub mod matrix;
pub mod measured;
pub mod numbers;
pub mod rounds;
pub mod server;
pub mod serving;
pub mod table;
pub mod verdict;
pub mod workload;

use std::io;
use std::time::Duration;

use common::measure::{busy, cores};
use common::{Failure, Outcome, Pace, Run, Sheet};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use serde_json::{Map, json};
use tracing::info;

use crate::executor::worker::serve;
use matrix::Matrix;
use rounds::Plan;
use workload::Workload;

/// The scenarios.
pub const NAMES: [&str; 5] = ["download", "images", "server", "numbers", "databases"];

/// A scenario's jobs: as many as wanted, or as many as it usually has.
///
/// # Errors
/// When what it needs, such as files, cannot be made.
pub fn workloads(name: &str, jobs: Option<usize>, pace: Pace) -> anyhow::Result<Vec<Workload>> {
    let jobs = |usual: usize| jobs.unwrap_or(usual);
    let made = match name {
        "download" => vec![download::workload(jobs(10), pace)?],
        "images" => vec![images::workload(jobs(1000), pace)?],
        "server" => vec![server::workload(jobs(1000), pace)],
        "numbers" => vec![numbers::workload(jobs(64), pace)],
        _ => databases::workloads(jobs(10), pace)?,
    };
    Ok(made
        .into_iter()
        .map(|workload| workload.without_the_endless(cores()))
        .collect())
}

/// What this program does when it is started again: a measured run, or a worker of such a run's pool.
///
/// # Errors
/// When a pipe to the parent fails.
pub fn worker(name: &str) -> io::Result<()> {
    match name.rsplit_once('-').map_or(name, |(role, _)| role) {
        "measured" => serve::<measured::Measured>(),
        "clients" => serve::<clients::Clients>(),
        "download" => serve::<download::Download>(),
        "images" => serve::<images::Thumbnail>(),
        "numbers" => serve::<numbers::Sum>(),
        "databases" => serve::<databases::Query>(),
        "tiny" => serve::<crossover::Tiny>(),
        other => Err(io::Error::other(format!(
            "there is no worker '{other}' of the scenarios"
        ))),
    }
}

/// A thousand connections are a thousand open files, and many systems let a program have 1,024 unless it asks for more.
/// What is started from here inherits it.
fn ask_for_open_files() -> nix::Result<()> {
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most)
}

/// What `cargo run --release -p lesson-04-pools --features scenarios -- scenarios` runs.
///
/// # Errors
/// When what a scenario needs cannot be made, or a run fails.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let named = run.texts("name");
    let wanted = |name: &str| named.is_empty() || named.iter().any(|other| other == name);
    // Where that is refused, a run that needs more says so.
    let _ = ask_for_open_files();
    let jobs = run.given("jobs").then(|| run.count("jobs").get());
    let plan = Plan {
        most: run.count("runs").get(),
        budget: Duration::from_secs(10),
    };
    let failed = |error: anyhow::Error| Failure::Failed(format!("{error:#}"));
    let (mut sheet, mut results, mut problems) = (Sheet::new(), Map::new(), Vec::new());
    if let Some(busy) = busy() {
        sheet = sheet.text(busy);
    }
    for name in NAMES.into_iter().filter(|name| wanted(name)) {
        for workload in workloads(name, jobs, run.pace).map_err(failed)? {
            info!("{}: {}", workload.name, workload.about);
            let runs = rounds::in_turn(&workload, &plan).map_err(failed)?;
            let matrix = Matrix::new(&workload, &runs, cores());
            if !matrix.same_results {
                problems.push(format!(
                    "{}: the approaches came to different results",
                    workload.name
                ));
            }
            let verdict = verdict::verdict(&matrix, workload.notebook);
            let heading = format!("{}: {}", workload.name, workload.about);
            sheet = sheet
                .heading(heading)
                .then(matrix.sheet())
                .text(&verdict.text);
            results.insert(
                workload.name,
                json!({ "matrix": matrix, "verdict": verdict }),
            );
        }
    }
    if wanted("numbers") {
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
