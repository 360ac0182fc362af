//! `gather`: start several calls, then await them all, on one thread.
//!
//! Asking takes a moment; then come seconds of waiting for the answer. Waiting needs no thread, so one thread can
//! look after all the calls.

use std::thread;
use std::time::Duration;

use common::{Failure, Outcome, Pace, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tokio::time::timeout;
use tracing::{Instrument, info, info_span};

use crate::apis::{self, Call};
use crate::client::{self, CallError};

/// Makes one call and returns the text of the answer.
///
/// # Errors
/// A [`CallError`] when there is no good answer, or none within `patience`.
pub async fn ask(call: Call, patience: Duration) -> Result<String, CallError> {
    info!("asking, on {:?}", thread::current().id());
    // Whatever waits for others needs a limit, or it may wait for ever.
    let answer = match timeout(patience, client::get(&call.url)).await {
        Ok(answer) => answer,
        Err(_) => Err(CallError::Late(patience)),
    };
    match &answer {
        Ok(_) => info!("answered, on {:?}", thread::current().id()),
        Err(error) => info!("failed, on {:?}: {error}", thread::current().id()),
    }
    answer
}

/// All calls at the same time. The answers come back in the order of the calls, whichever was there first.
///
/// # Panics
/// When a call panicked.
pub async fn at_the_same_time(
    calls: &[Call],
    patience: Duration,
) -> Vec<Result<String, CallError>> {
    let mut tasks = Vec::new();
    for call in calls {
        // The span gives the task a row of its own on the timeline.
        let span = info_span!("call", task = call.name);
        tasks.push(tokio::spawn(ask(call.clone(), patience).instrument(span)));
    }
    // No call has begun yet: the only thread is busy here. It turns to the tasks at the first `await`.
    info!(
        "tasks ready to run: {}, on {:?}",
        tasks.len(),
        thread::current().id()
    );
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(
            task.await
                .expect("a call returns its errors, it does not panic"),
        );
    }
    answers
}

/// The same calls, each begun only when the one before it is done.
pub async fn one_after_the_other(
    calls: &[Call],
    patience: Duration,
) -> Vec<Result<String, CallError>> {
    let mut answers = Vec::new();
    for call in calls {
        answers.push(ask(call.clone(), patience).await);
    }
    answers
}

/// What `cargo run -p lesson-03-async -- gather` runs.
///
/// # Errors
/// When the runtime or the server cannot be started. A call that fails is a problem of that call alone.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (calls, _server) = apis::calls(run)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let answers = runtime.block_on(at_the_same_time(&calls, patience(run.pace)));
    // Dropping the runtime would wait for a name lookup that was given up; this does not.
    runtime.shutdown_background();
    Ok(outcome(&calls, answers))
}

/// What its `--compare` measures first.
///
/// # Errors
/// As [`demo`].
pub fn demo_one_after_the_other(run: &Run) -> Result<Outcome, Failure> {
    let (calls, _server) = apis::calls(run)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let answers = runtime.block_on(one_after_the_other(&calls, patience(run.pace)));
    runtime.shutdown_background();
    Ok(outcome(&calls, answers))
}

/// How long a call is waited for: half a minute, or more where the lesson's own servers are slowed down.
fn patience(pace: Pace) -> Duration {
    pace.seconds(30.0).max(Duration::from_secs(30))
}

/// The answers as the result of the run; where there is none, why.
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
    problems
        .into_iter()
        .fold(Outcome::new(results), Outcome::problem)
}
