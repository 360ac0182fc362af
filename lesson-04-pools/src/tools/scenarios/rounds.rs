//! Measuring in turn: each round does every approach once, so that a slow minute of the machine hits all of them.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use indicatif::{ProgressBar, ProgressStyle};

use super::approach::Approach;
use super::measured::{Measured, Usage, program, workers};
use super::workload::Workload;
use crate::executor::ProcessPool;

/// Rounds that are done, however long they take, unless fewer are asked for: fewer say nothing about noise.
pub(super) const LEAST: usize = 3;

/// How often to measure.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// At most so many rounds.
    pub most: usize,
    /// After so long, no further round is begun, if there were three.
    pub budget: Duration,
}

/// The runs of each approach.
pub type Runs = Vec<(Approach, Vec<Usage>)>;

/// All approaches of a workload, again and again, each run in a process of its own.
///
/// # Errors
/// When a run fails.
pub fn in_turn(workload: &Workload, plan: &Plan) -> Result<Runs> {
    // A worker that may do only one task: the next one starts from nothing.
    let pool = ProcessPool::builder()
        .workers(1)
        .name_prefix("measured")
        .max_tasks_per_child(1);
    let pool = pool.worker_command(program).build()?;
    let bar = bar(
        &workload.name,
        (plan.most * workload.approaches.len()) as u64,
    );
    let begin = Instant::now();
    let mut runs: Runs = workload
        .approaches
        .iter()
        .map(|approach| (*approach, Vec::new()))
        .collect();
    for round in 0..plan.most {
        if round >= LEAST && begin.elapsed() > plan.budget {
            break;
        }
        // Nobody is always the first of a round.
        runs.rotate_left(round.min(1));
        for (approach, usages) in &mut runs {
            bar.set_message(approach.to_string());
            let workers = workers(workload.jobs, workload.wait.is_some());
            let task = Measured {
                approach: *approach,
                work: workload.work.clone(),
                workers,
            };
            usages.push(pool.submit(task)?.result()?.map_err(|why| anyhow!(why))?);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    runs.sort_by_key(|(approach, _)| {
        workload
            .approaches
            .iter()
            .position(|other| other == approach)
    });
    Ok(runs)
}

/// A progress bar at a terminal; nothing where the output goes elsewhere.
fn bar(name: &str, length: u64) -> ProgressBar {
    let bar = if std::io::stderr().is_terminal() {
        ProgressBar::new(length)
    } else {
        ProgressBar::hidden()
    };
    let style = ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} {msg}");
    bar.set_style(
        style
            .expect("the template is well formed")
            .progress_chars("#>."),
    );
    bar.with_prefix(name.to_owned())
}
