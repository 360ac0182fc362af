//! The demos and tools, run as a learner runs them, and the parts that can be asked for more. One
//! program: each is a link of its own.

#![allow(
    clippy::unwrap_used,
    reason = "what is not there is a failure, in a helper too"
)]

mod spans;

mod headline;
mod downloads;
mod chunks;
mod by_hand;
mod jobs;
mod cores;
mod flow;
mod pitfalls;
mod difference;
mod tools;
mod docs;

const PROGRAM: &str = env!("CARGO_BIN_EXE_lesson-04-pools");

/// The names that the stages of the pool by hand find as `crate::sync`.
mod sync {
    pub use shuttle::sync::*;
    pub use shuttle::thread;
}
