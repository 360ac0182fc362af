//! `scenarios`: its command line. The tool itself is in `tools/`.

use common::options::{count, words};
use common::{Demo, Failure, Outcome, Run};

use crate::support::tools::hand_over;

pub fn demo() -> Demo {
    Demo::new(
        "scenarios",
        "five workloads, each under every approach: which is the fastest here",
        run,
    )
    .apart()
    .option(words("name", &NAMES, 5, "Only these [default: all five]"))
    .option(count(
        "jobs",
        10_000,
        None,
        "Jobs, or clients [default: the scenario's own]",
    ))
    .option(count(
        "runs",
        100,
        Some("7"),
        "At most so many runs of each approach",
    ))
}

pub const NAMES: [&str; 5] = ["download", "images", "server", "numbers", "databases"];

fn run(run: &Run) -> Result<Outcome, Failure> {
    if !cfg!(feature = "scenarios") {
        let how = "this needs more libraries than the lesson: \
            cargo run --release -p lesson-04-pools --features scenarios -- scenarios";
        return Err(Failure::BadInput(how.to_owned()));
    }

    hand_over(run)
}
