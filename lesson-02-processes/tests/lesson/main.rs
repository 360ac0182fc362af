//! Demos and pitfalls, run as a learner runs them. Nothing here forks inside the test program.

#![allow(
    clippy::unwrap_used,
    reason = "a test that finds nothing to unwrap has failed"
)]

mod each;
mod headline;
#[cfg(target_os = "linux")]
mod kills;

const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-02-processes");
