//! The lesson, run as a learner runs it.

use serde_json::Value;
use testing::run_demo;

mod headline;
mod demos;
mod pitfalls;
mod difference;
mod trying;
mod docs;

const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-01-threads");

/// Runs one demo with `--json` and returns its object.
fn demo(args: &[&str]) -> Value {
    run_demo(PROGRAM, args)
}
