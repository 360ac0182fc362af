//! Measuring in turn: each round does every approach once, so that a slow minute of the machine
//! hits all of them.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use common::measure::cores;
use indicatif::{ProgressBar, ProgressStyle};

use super::approach::{Approach, ROLE};
use super::usage::Usage;
use super::work::{Measured, Work};
use super::workload::Workload;
use lesson_04_pools::executor::ProcessPool;
use lesson_04_pools::support::reexec::reexec;

/// Rounds that are done, however long they take, unless fewer are asked for: fewer say nothing
/// about noise.
pub const LEAST: usize = 3;

/// The limits of the measuring.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The most rounds.
    pub most: usize,
    /// The time after which no further round is begun, if there were three.
    pub budget: Duration,
}

/// The runs of each approach.
pub type Runs = Vec<(Approach, Vec<Usage>)>;

/// Measures all approaches of a workload again and again, each run in a process of its own.
pub fn in_turn(workload: &Workload<Work>, plan: &Plan) -> Result<Runs> {
    let approaches = &workload.approaches;
    // A worker that may do only one task: the next one starts from nothing.
    let pool = ProcessPool::builder()
        .workers(1)
        .name_prefix("measured")
        .max_tasks_per_child(1)
        .worker_command(reexec(ROLE))
        .build()?;
    let bar = bar(&workload.name, (plan.most * approaches.len()) as u64);
    let mut runs: Runs = approaches
        .iter()
        .map(|approach| (*approach, Vec::new()))
        .collect();

    let begin = Instant::now();
    for round in 0..plan.most {
        if round >= LEAST && begin.elapsed() > plan.budget {
            break;
        }
        // No approach is always the first of a round.
        runs.rotate_left(round.min(1));
        for (approach, usages) in &mut runs {
            bar.set_message(approach.to_string());
            let task = Measured {
                approach: *approach,
                work: workload.work.clone(),
                workers: workers(workload),
            };
            usages.push(pool.submit(task)?.result()?.map_err(|why| anyhow!(why))?);
            bar.inc(1);
        }
    }
    bar.finish_and_clear();

    runs.sort_by_key(|(approach, _)| approaches.iter().position(|other| other == approach));
    Ok(runs)
}

/// Returns the size of a pool: as many as there are jobs that wait, within reason; for jobs that
/// compute, one a core.
fn workers(workload: &Workload<Work>) -> usize {
    if workload.wait.is_some() {
        workload.jobs.clamp(1, 64)
    } else {
        cores()
    }
}

/// Makes a progress bar at a terminal; nothing where the output goes elsewhere.
fn bar(name: &str, length: u64) -> ProgressBar {
    let bar = if io::stderr().is_terminal() {
        ProgressBar::new(length)
    } else {
        ProgressBar::hidden()
    };
    let style = ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len} {msg}")
        .expect("the template is well formed")
        .progress_chars("#>.");
    bar.set_style(style);

    bar.with_prefix(name.to_owned())
}
