//! `condvar`: a cook and three waiters at a hatch, then three runners at a barrier.

use common::{Demo, Failure, Outcome, Run};
use serde_json::json;
use tracing::info;

use crate::hatch::Hatch;
use crate::{barrier, condvar};

pub fn demo() -> Demo {
    Demo::new("condvar", "waiting until something is so", run).in_turn()
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let hatch = Hatch::default();
    let mut served = condvar::serve(&hatch, 5, run.pace).concat();
    served.sort_unstable();
    let in_vain = hatch.woken_in_vain();

    let laps = barrier::two_laps(run.pace);

    info!(
        "{} dishes, each served once; {in_vain} times a waiter was woken and found nothing",
        served.len()
    );
    Ok(json!({ "served": served, "woken_in_vain": in_vain, "laps": laps }).into())
}
