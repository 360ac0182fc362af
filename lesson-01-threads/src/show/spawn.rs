//! `spawn`: the headline demo.

use common::{Demo, Failure, Outcome, Run};
use serde_json::json;

use crate::spawn;

pub fn demo() -> Demo {
    let about = "two threads that wait take half the time";
    Demo::new("spawn", about, at_the_same_time).compare(one_after_the_other)
}

fn at_the_same_time(run: &Run) -> Result<Outcome, Failure> {
    let (numbers, letters) = spawn::at_the_same_time(run.pace)?;
    Ok(json!({ "numbers": numbers, "letters": letters }).into())
}

fn one_after_the_other(run: &Run) -> Result<Outcome, Failure> {
    let (numbers, letters) = spawn::one_after_the_other(run.pace);
    Ok(json!({ "numbers": numbers, "letters": letters }).into())
}
