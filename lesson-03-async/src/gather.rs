//! `gather`: start several calls, then await them all, on one thread.
//!
//! Asking takes a moment; then come seconds of waiting for the answer. Waiting needs no thread, so one thread can
//! look after all the calls.

use std::time::Duration;
use std::{io, thread};

use tokio::runtime::Builder;
use tokio::time::timeout;
use tracing::{Instrument, info, info_span};

use crate::support::calls::Call;
use crate::support::client::{self, CallError};

/// Makes one call and returns the text of the answer.
pub async fn ask(call: Call, patience: Duration) -> Result<String, CallError> {
    info!("asking, on {:?}", thread::current().id());
    // Every wait for another program needs a limit, or it may last for ever.
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

/// Makes all calls at the same time. The answers are in the order of the calls, whichever was there first.
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
    let here = thread::current().id();
    info!("tasks ready to run: {}, on {here:?}", tasks.len());

    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.expect("a call returns its errors"));
    }
    answers
}

/// Makes the same calls, each begun only when the one before it is done.
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

/// Starts an executor that uses this thread and no other, and makes all calls on it.
pub fn gather(calls: &[Call], patience: Duration) -> io::Result<Vec<Result<String, CallError>>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let answers = runtime.block_on(at_the_same_time(calls, patience));

    // Dropping the runtime would wait for a name lookup that was given up; this does not.
    runtime.shutdown_background();
    Ok(answers)
}
