//! The demo `starvation`.

use common::{Demo, Difference, Failure, Outcome, Run};
use serde_json::json;
use tokio::runtime::Builder;
use tracing::{info, info_span};

use crate::pitfalls::starvation::{
    MESSAGES, turns_of_another, with_a_budget, with_pauses, without_a_pause,
};
use crate::support::block_on::block_on;

pub fn demo() -> Demo {
    Demo::new("starvation", "a task that never lets the others in", run)
}

fn run(_: &Run) -> Result<Outcome, Failure> {
    let runtime = Builder::new_current_thread().build()?;
    let [none, budget, pauses] = block_on(&runtime, async {
        [
            turns_of_another(without_a_pause(), info_span!("work", task = "no pause")).await,
            turns_of_another(with_a_budget(), info_span!("work", task = "budget")).await,
            turns_of_another(with_pauses(), info_span!("work", task = "yield_now")).await,
        ]
    });

    info!(
        "turns of the other task during {MESSAGES} steps: {none}; with tokio's budget {budget}; with yield_now {pauses}"
    );
    let turns = Difference::new("turns of the other task", "no pause", "work")
        .way("no pause", none)
        .way("yield_now", pauses);
    let results = json!({ "broken": none, "budget": budget, "yield_now": pauses });
    Ok(Outcome::new(results).difference(turns))
}
