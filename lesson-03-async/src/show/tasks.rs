//! The demo `tasks`.

use std::collections::BTreeSet;

use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tracing::info;

use crate::support::block_on::block_on;
use crate::tasks::{Done, answer, in_completion_order, two_threads};

pub fn demo() -> Demo {
    Demo::new(
        "tasks",
        "handles, completion order, one thread or several",
        run,
    )
    .in_turn()
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let one = Builder::new_current_thread().enable_all().build()?;
    info!("current_thread: one thread polls every task");
    let answer = block_on(&one, answer());
    let on_one = block_on(&one, in_completion_order(run.pace));

    info!("multi_thread: two threads share the tasks");
    let on_two = block_on(&two_threads()?, in_completion_order(run.pace));

    info!(
        "threads that ran the tasks: first {:?}, then {:?}",
        threads(&on_one),
        threads(&on_two)
    );
    let results =
        json!({ "answer": answer, "order": order(&on_one), "order_multi": order(&on_two) });
    Ok(results.into())
}

fn order(done: &[Done]) -> Vec<&str> {
    done.iter().map(|done| done.job).collect()
}

fn threads(done: &[Done]) -> BTreeSet<&String> {
    done.iter().flat_map(|done| &done.threads).collect()
}
