//! The lesson, run as a learner runs it. Nothing here forks inside the test program.

#![allow(
    clippy::unwrap_used,
    reason = "a test that finds nothing to unwrap has failed"
)]

mod headline;
mod demos;
mod difference;
mod docs;
#[cfg(target_os = "linux")]
mod kills;

const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-02-processes");
