//! The demo `workers`, and the same jobs one after the other.

use std::io;

use common::{Demo, Failure, Outcome, Run, WhatIf, knob, options};
use serde_json::{Map, json};

use crate::worker::{self, Job};
use crate::workers::{at_the_same_time, finish, start};

/// Seconds that each multiplication takes, as if it were hard.
const STEP: f64 = 0.01;
const NUMBERS: &str = "numbers";

pub fn demo() -> Demo {
    Demo::new(
        "workers",
        "three child processes compute, and send their results back",
        run,
    )
    .option(options::numbers(
        NUMBERS,
        &["5", "6", "4"],
        64,
        "Whose factorials, a worker for each",
    ))
    .compare(run_one_after_the_other)
    .knob(knob::compared(
        "all workers begun at once",
        WhatIf::AtOnce("factorial of"),
    ))
    .worker("", worker::main)
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let jobs = jobs(run);
    let results = at_the_same_time(&jobs)?;

    let mut by_name = Map::new();
    let mut problems = Vec::new();
    for ((name, _), result) in jobs.into_iter().zip(results) {
        let value = match result {
            Ok(number) => json!(number),
            Err(error) => {
                problems.push(format!("{name} {error}"));
                json!({ "error": error })
            }
        };
        by_name.insert(name, value);
    }

    Ok(problems
        .into_iter()
        .fold(Outcome::new(by_name), Outcome::problem))
}

/// Starts each worker only when the one before has ended.
fn run_one_after_the_other(run: &Run) -> Result<Outcome, Failure> {
    let results: io::Result<Vec<_>> = jobs(run)
        .iter()
        .map(|(name, job)| Ok(finish(start(name, job)?)))
        .collect();
    results?;
    Ok(Outcome::default())
}

/// Returns a job for each number, with the name of its worker.
fn jobs(run: &Run) -> Vec<(String, Job)> {
    let step = run.pace.seconds(STEP);
    let jobs = (1..).zip(run.numbers(NUMBERS));
    jobs.map(|(number, n)| (format!("Worker-{number}"), Job { n, step }))
        .collect()
}
