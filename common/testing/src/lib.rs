//! For the lessons' tests: running a lesson as a learner does, under a deadline.
//!
//! A crate of its own, so that it is in no learner's first build.

#![warn(missing_docs, clippy::missing_errors_doc, clippy::missing_panics_doc)]

mod run;
mod cases;
mod contract;
mod chapter;
mod terminal;
mod reset;
mod pitfalls;

pub use cases::cases;
pub use chapter::{chapter, check_answers, check_chapter};
pub use common::process::is_alive;
pub use contract::{KEYS, assert_contract, run_demo};
pub use pitfalls::{Said, check_pitfalls};
pub use reset::assert_reset;
pub use run::{Ran, assert_nothing_left, run, run_command, run_json};
pub use terminal::Terminal;
