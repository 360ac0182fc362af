//! The lesson as a learner runs it, and as a library. One program: each one costs a build.

mod bad_servers;
mod calls;
mod demos;
mod difference;
mod docs;
mod headline;
mod server;

/// The program as it was built for these tests.
const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-03-async");
