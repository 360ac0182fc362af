//! The demo `lazy`.

use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tracing::info;

use crate::lazy::{by_hand, forgotten};

pub fn demo() -> Demo {
    Demo::new("lazy", "a future does nothing until it is polled", run).in_turn()
}

fn run(_: &Run) -> Result<Outcome, Failure> {
    forgotten();
    let polls = by_hand();

    let pending = polls.iter().filter(|poll| poll.is_none()).count();
    info!("{} polls: {pending} times Pending, then Ready", polls.len());
    Ok(json!({ "polls": polls }).into())
}
