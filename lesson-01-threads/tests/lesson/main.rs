//! The lesson, run as a learner runs it.

use common::testing::run_demo;
use serde_json::Value;

mod headline;
mod demos;
mod pitfalls;

const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-01-threads");

/// Runs one demo with `--json` and returns its object.
fn demo(args: &[&str]) -> Value {
    run_demo(PROGRAM, args)
}
