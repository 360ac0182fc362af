//! `cancel`: a job in each state, and a pool that is shut down.

use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tracing::info;

use crate::jobs::cancel::{all_that_wait, in_each_state};

pub fn demo() -> Demo {
    Demo::new("cancel", "taking a job back, and asking it to stop", run).in_turn()
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let states = in_each_state(run.pace)?;
    for (state, (said, became)) in ["waiting", "running", "done"].into_iter().zip(&states) {
        info!("{state}: cancel says {said}, and it became {became:?}");
    }

    let jobs = all_that_wait(run.pace)?;
    let cancelled = jobs.iter().filter(|job| job.is_cancelled()).count();
    let done = jobs.len() - cancelled;
    info!(
        "a pool shut down with ten jobs, one of them running: {done} done, {cancelled} cancelled"
    );

    let [waiting, running, done_already] = states.map(|(said, _)| said);
    Ok(json!({
        "waiting": waiting,
        "running": running,
        "done": done_already,
        "at_shutdown": { "done": done, "cancelled": cancelled },
    })
    .into())
}
