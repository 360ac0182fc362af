//! `workers`: start child processes, give each a job through a pipe, and read the result from another pipe.
//!
//! A process has memory of its own. Nothing is shared, so the job and its result have to travel as bytes. The worker
//! is this same program, started again as `lesson-02-processes worker NAME`; what it then does is in `worker.rs`.

use std::io;
use std::process::{Command, Stdio};

use common::frame::{self, FrameError};
use common::process::{Child, How, spawn};
use common::{Failure, Outcome, Pace, Run};
use serde_json::{Map, json};
use tracing::info;

use crate::worker::Job;

/// Seconds that each multiplication takes, as if it were hard.
const STEP: f64 = 0.01;

/// Starts a worker and hands it its job. From here on it runs beside us.
fn start(name: &str, n: u32, pace: Pace) -> io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["worker", name])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = spawn(&mut command, name)?;
    info!("{name} is process {}", child.id());
    let job = Job {
        n,
        step: pace.seconds(STEP),
    };
    let bytes = postcard::to_stdvec(&job).map_err(io::Error::other)?;
    // Its standard input stays open: a worker that finds it closed takes its parent for dead, and ends.
    let to_worker = child.stdin.as_mut().expect("it was asked to be piped");
    // A worker that is dead already cannot read. What became of it is found out when we wait for it.
    if let Err(error) = frame::write(to_worker, &bytes) {
        info!("{name} does not take its job: {error}");
    }
    Ok(child)
}

/// Reads a worker's result, waits for its end, and looks at how it ended. `Err` says what went wrong.
fn finish(mut child: Child) -> Result<String, String> {
    let from_worker = child.stdout.as_mut().expect("it was asked to be piped");
    // It may take its time to begin, but a message that has begun has to arrive.
    let message = frame::read_within(from_worker, frame::PATIENCE);
    // Every child must be waited for, or it stays in the process table as a zombie. One that does not end is killed.
    let how = How::from(
        child
            .wait_at_most(frame::PATIENCE)
            .map_err(|error| error.to_string())?,
    );
    match (message, how) {
        (Ok(Some(bytes)), How::Exited(0)) => {
            String::from_utf8(bytes).map_err(|_| "sent no number".to_owned())
        }
        (Err(error), How::Exited(0)) => Err(format!("sent {error}")),
        (Ok(None), How::Exited(0)) => Err("sent nothing".to_owned()),
        (Err(stopped @ FrameError::Stalled(_)), _) => Err(format!("sent {stopped}")),
        // The status has the last word: a result of a worker that then failed is not to be trusted.
        (_, how) => Err(how.to_string()),
    }
}

/// What each worker sent, or what became of it, by name and in the order of the numbers.
pub type Results = Vec<(String, Result<String, String>)>;

/// A worker for each number, all at the same time.
///
/// # Errors
/// When a process cannot be started.
pub fn at_the_same_time(numbers: &[u32], pace: Pace) -> io::Result<Results> {
    let mut children = Vec::new();
    for (index, n) in numbers.iter().enumerate() {
        let name = format!("Worker-{}", index + 1);
        children.push((start(&name, *n, pace)?, name));
    }
    let mut results = Vec::new();
    for (child, name) in children {
        let result = finish(child);
        info!(
            "{name}: {}",
            result
                .as_deref()
                .map_or_else(ToString::to_string, shortened)
        );
        results.push((name, result));
    }
    Ok(results)
}

/// A worker for each number, the next one started when the one before has ended.
///
/// # Errors
/// As [`at_the_same_time`].
pub fn one_after_the_other(numbers: &[u32], pace: Pace) -> io::Result<Results> {
    let name = |index: usize| format!("Worker-{}", index + 1);
    numbers
        .iter()
        .enumerate()
        .map(|(index, n)| Ok((name(index), finish(start(&name(index), *n, pace)?))))
        .collect()
}

fn shortened(number: &str) -> String {
    if number.len() <= 20 {
        number.to_owned()
    } else {
        format!("{}... ({} digits)", &number[..20], number.len())
    }
}

/// What `cargo run -p lesson-02-processes -- workers` runs.
///
/// # Errors
/// As [`at_the_same_time`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    Ok(outcome(at_the_same_time(
        &run.numbers("numbers"),
        run.pace,
    )?))
}

/// What its `--compare` measures first.
///
/// # Errors
/// As [`one_after_the_other`].
pub fn demo_one_after_the_other(run: &Run) -> Result<Outcome, Failure> {
    Ok(outcome(one_after_the_other(
        &run.numbers("numbers"),
        run.pace,
    )?))
}

fn outcome(results: Results) -> Outcome {
    let problems = results
        .iter()
        .filter_map(|(name, result)| Some(format!("{name} {}", result.as_ref().err()?)));
    let problems: Vec<String> = problems.collect();
    let by_name: Map<_, _> = results
        .into_iter()
        .map(|(name, result)| {
            (
                name,
                result.map_or_else(|error| json!({ "error": error }), |number| json!(number)),
            )
        })
        .collect();
    problems
        .into_iter()
        .fold(Outcome::new(by_name), Outcome::problem)
}
