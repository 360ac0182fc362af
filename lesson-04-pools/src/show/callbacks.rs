//! `callbacks`: which thread called, and with which outcome.

use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tracing::info;

use crate::executor::ThreadPool;
use crate::jobs::callbacks::{after_a_bad_one, in_each_state, of_a_panic};

pub fn demo() -> Demo {
    Demo::new("callbacks", "being called when a job is done", run).in_turn()
}

fn run(_run: &Run) -> Result<Outcome, Failure> {
    let pool = ThreadPool::builder()
        .workers(1)
        .name_prefix("worker")
        .build()?;
    let mut notes = in_each_state(&pool)?;
    notes.push(("after a callback that panics", after_a_bad_one(&pool)?));
    notes.push(("panicked", of_a_panic(&pool)?));

    let mut results = Vec::new();
    for (state, (thread, outcome)) in notes {
        info!("{state}: called by {thread} with {outcome:?}");
        results.push(json!({ "state": state, "called_by": thread, "ok": outcome.is_ok() }));
    }
    Ok(results.into())
}
