//! The demo `select`.

use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tracing::info;

use crate::select::{biased_draws, draws, draws_behind_one_that_waits, first};
use crate::support::block_on::block_on;

pub fn demo() -> Demo {
    Demo::new(
        "select",
        "the first of several, and what becomes of the others",
        run,
    )
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let waits = [0.5, 0.3, 0.8].map(|seconds| run.pace.seconds(seconds));
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let winner = block_on(&runtime, first(waits));
    info!("first: {winner}");

    let fair = block_on(&runtime, draws(10_000));
    let biased = block_on(&runtime, biased_draws(10_000));
    info!(
        "both ready, 10000 times: fair {} to {}, biased {} to {}",
        fair[0], fair[1], biased[0], biased[1]
    );
    let behind = block_on(&runtime, draws_behind_one_that_waits(10_000));
    info!(
        "behind a branch that waits: the next one {}, the last one {}",
        behind[0], behind[1]
    );
    let results = json!({ "winner": winner, "fair": fair, "biased": biased, "behind_one_that_waits": behind });
    Ok(results.into())
}
