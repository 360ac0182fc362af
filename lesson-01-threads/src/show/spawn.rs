//! `spawn`: the headline demo.

use common::{Demo, Failure, Outcome, Run, WhatIf, knob};
use serde_json::json;

use crate::spawn;

pub fn demo() -> Demo {
    let about = "two threads that wait take half the time";
    let at_once = WhatIf::AtOnce("numbers");

    Demo::new("spawn", about, at_the_same_time)
        .compare(one_after_the_other)
        .knob(knob::compared("numbers and letters begun at once", at_once))
}

fn at_the_same_time(run: &Run) -> Result<Outcome, Failure> {
    let (numbers, letters) = spawn::at_the_same_time(run.pace)?;
    Ok(json!({ "numbers": numbers, "letters": letters }).into())
}

fn one_after_the_other(run: &Run) -> Result<Outcome, Failure> {
    let (numbers, letters) = spawn::one_after_the_other(run.pace);
    Ok(json!({ "numbers": numbers, "letters": letters }).into())
}
