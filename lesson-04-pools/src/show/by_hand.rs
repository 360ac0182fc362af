//! `by-hand`: the four stages one after the other, each with its time.

use std::collections::HashSet;
use std::io;
use std::thread::ThreadId;
use std::time::Instant;

use common::options::count;
use common::{Demo, Failure, Outcome, Pace, Run, in_words, knob};
use serde_json::json;
use tracing::info;

use crate::by_hand::{JOBS, Report, stage_1, stage_2, stage_3, stage_4};

pub fn demo() -> Demo {
    Demo::new(
        "by-hand",
        "from a thread for each job to a pool with results",
        run,
    )
    .in_turn()
    .knob(knob::pace())
    .option(count("workers", 64, Some("3"), "Threads in each pool"))
}

type Stage = fn(usize, Pace) -> io::Result<Vec<Report>>;

const STAGES: [(&str, Stage); 3] = [
    ("1, a thread for each job", stage_1),
    ("2, a crew and a channel", stage_2),
    ("3, a queue, and panics are caught", stage_3),
];

fn run(run: &Run) -> Result<Outcome, Failure> {
    let workers = run.count("workers").get();

    let mut stages = Vec::new();
    for (name, stage) in STAGES {
        let start = Instant::now();
        let reports = stage(workers, run.pace)?;
        let took = start.elapsed().as_secs_f64();
        let done = reports.len();
        info!("stage {name}: {done} of {JOBS} jobs done in {took:.3} s");
        let threads: HashSet<ThreadId> = reports.iter().map(|(thread, _)| *thread).collect();
        stages.push(json!({ "stage": name, "done": done, "threads": threads.len() }));
    }

    let start = Instant::now();
    let results = stage_4(workers, run.pace)?;
    let took = start.elapsed().as_secs_f64();
    let squares = in_words(&json!(results));
    info!("stage 4, handles: {squares} in {took:.3} s");
    Ok(json!({ "stages": stages, "results": results }).into())
}
