//! `unbounded-queue`: in time, too late or refused, with and without a bound.

use std::time::Duration;

use common::options::count;
use common::{Demo, Failure, Outcome, Run, part};
use serde_json::{Value, json};
use tracing::info;

use crate::pitfalls::unbounded_queue::{Admission, serve, take_all, take_while_there_is_room};

pub fn demo() -> Demo {
    Demo::new("unbounded-queue", "more requests than can be served", run).option(count(
        "requests",
        100_000,
        Some("200"),
        "Requests, one every 2 ms",
    ))
}

/// Seconds after which a client has gone away.
const PATIENCE: f64 = 0.05;

fn run(run: &Run) -> Result<Outcome, Failure> {
    let without = part("without a bound", || {
        served("without a bound", take_all, run)
    })?;
    let with = part("with a bound", || {
        served("with a bound", take_while_there_is_room, run)
    })?;
    let requests = run.count("requests");
    Ok(json!({ "requests": requests, "without_a_bound": without, "with_a_bound": with }).into())
}

fn served(way: &str, admit: Admission, run: &Run) -> Result<Value, Failure> {
    let requests = run.count("requests").get();
    let patience = run.pace.seconds(PATIENCE);

    let served = serve(requests, run.pace, admit)?;

    let taken = served.took.len();
    let in_time = served.took.iter().filter(|took| **took <= patience).count();
    let too_late = taken - in_time;
    let refused = requests - taken;
    let longest_queue = served.longest_queue;
    let longest_s = served.took.iter().max().map_or(0.0, Duration::as_secs_f64);
    info!(
        "{way}: {in_time} answered in time, {too_late} too late, {refused} refused at once; up to {longest_queue} waited, the longest took {longest_s:.3} s"
    );
    Ok(json!({
        "in_time": in_time, "too_late": too_late, "refused": refused,
        "longest_queue": longest_queue, "longest_s": longest_s,
    }))
}
