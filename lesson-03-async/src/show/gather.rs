//! The demo `gather`.

use std::time::Duration;

use common::{Demo, Failure, Outcome, Pace, Run, knob};
use serde_json::json;
use tokio::runtime::Builder;

use crate::gather::{gather, one_after_the_other};
use crate::support::block_on::block_on;
use crate::support::calls::{Call, calls, url_option};
use crate::support::client::CallError;

pub fn demo() -> Demo {
    Demo::new(
        "gather",
        "three calls wait at the same time, on one thread",
        run,
    )
    .compare(run_one_after_the_other)
    .option(url_option())
    .knob(knob::pace())
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let (calls, _server) = calls(run)?;
    let answers = gather(&calls, patience(run.pace))?;

    Ok(outcome(&calls, answers))
}

fn run_one_after_the_other(run: &Run) -> Result<Outcome, Failure> {
    let (calls, _server) = calls(run)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let answers = block_on(&runtime, one_after_the_other(&calls, patience(run.pace)));
    runtime.shutdown_background();

    Ok(outcome(&calls, answers))
}

/// Returns how long a call is waited for: half a minute, or more where the lesson's own servers are slowed down.
fn patience(pace: Pace) -> Duration {
    pace.seconds(30.0).max(Duration::from_secs(30))
}

/// Returns the answers as the result of the run; in place of one that is missing, the reason.
fn outcome(calls: &[Call], answers: Vec<Result<String, CallError>>) -> Outcome {
    let mut results = Vec::new();
    let mut problems = Vec::new();
    for (call, answer) in calls.iter().zip(answers) {
        match answer {
            Ok(text) => results.push(json!(text)),
            Err(error) => {
                results.push(json!({ "error": error.to_string() }));
                problems.push(format!("{}: {error}", call.url));
            }
        }
    }

    let outcome = Outcome::new(results);
    problems.into_iter().fold(outcome, Outcome::problem)
}
