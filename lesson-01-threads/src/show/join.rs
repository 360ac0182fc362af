//! `join`: three receipts, one of them with a line that makes its thread panic.

use common::{Demo, Failure, Outcome, Run, knob};
use serde_json::{Map, json};
use tracing::info;

use crate::join;

pub fn demo() -> Demo {
    Demo::new("join", "results come back, and panics too", run).knob(knob::pace())
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let totals = join::at_the_same_time(run.pace);

    let threads = totals.len();
    let mut good = Vec::new();
    let mut results = Map::new();
    for (name, total) in totals {
        let value = match total {
            Ok(cents) => {
                good.push(cents);
                json!(cents)
            }
            Err(why) => json!({ "panicked": why }),
        };
        results.insert(name.to_owned(), value);
    }

    let panicked = match threads - good.len() {
        0 => "none panicked".to_owned(),
        count => format!("{count} panicked and took no other thread along"),
    };
    info!(
        "{} of {threads} threads returned, {} cents in all; {panicked}",
        good.len(),
        good.iter().sum::<u32>(),
    );
    Ok(results.into())
}
