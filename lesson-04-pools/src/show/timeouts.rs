//! `timeouts`: the same endless job on a thread and in a process.

use std::time::Duration;

use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tracing::info;

use crate::executor::Error;
use crate::executor::worker::serve;
use crate::jobs::timeouts::{ROLE, Search, in_a_process, on_a_thread};

pub fn demo() -> Demo {
    Demo::new("timeouts", "a job that never ends", run)
        .in_turn()
        .worker(ROLE, |_| serve::<Search>())
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let patience = run.pace.seconds(1.0);
    let (told, thread_runs) = on_a_thread(patience)?;
    info!("thread: {told:?}; the job still runs: {thread_runs}");

    // Long enough for a process to be there at all, at any pace.
    let patience = patience.max(Duration::from_millis(500));
    let ((told, process_runs), became) = in_a_process(patience)?;
    info!("process: {told:?}; the job still runs: {process_runs}");
    info!("process: killed, the job became {became:?}");

    Ok(json!({
        "thread_still_runs": thread_runs,
        "process_still_ran": process_runs,
        "process_killed": matches!(became, Err(Error::Broken(_))),
    })
    .into())
}
