//! `dinner`: hot water and a sauce, as fast as the critical path allows.

use std::time::Instant;

use common::{Demo, Failure, Outcome, Run, WhatIf, knob};
use serde_json::json;
use tracing::info;

use crate::dinner;

pub fn demo() -> Demo {
    let about = "the kitchen of the introduction: 13 minutes instead of 23";
    let beside = WhatIf::AtOnce("boil water");

    Demo::new("dinner", about, at_the_same_time)
        .compare(one_after_the_other)
        .knob(knob::compared("the water boiled beside the rest", beside))
}

fn at_the_same_time(run: &Run) -> Result<Outcome, Failure> {
    let start = Instant::now();
    let dinner = dinner::at_the_same_time(run.pace);
    let took = start.elapsed();

    let path = run.pace.seconds(13.0 * dinner::MINUTE);
    info!(
        "dinner took {:.3} s; the critical path is {:.3} s",
        took.as_secs_f64(),
        path.as_secs_f64()
    );
    Ok(json!(dinner).into())
}

fn one_after_the_other(run: &Run) -> Result<Outcome, Failure> {
    let dinner = dinner::one_after_the_other(run.pace);
    Ok(json!(dinner).into())
}
