//! The tools, run as a learner runs them once they are built, and what chapter 05 shows of them.

#![allow(
    clippy::unwrap_used,
    reason = "what is not there is a failure, in a helper too"
)]

mod choose;
mod size;
mod costs;
mod docs;

/// The lesson's program becomes this one.
const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-04-pools-tools");
