//! Chapter 05's tools: which approach fits, what things cost, how large a pool should be.
//!
//! `cargo run -p lesson-04-pools -- choose` has Cargo build this program, and becomes it.

#![cfg_attr(
    not(feature = "scenarios"),
    allow(dead_code, reason = "some figures are for the scenarios alone")
)]

mod summary;
mod curve;
mod plot;
mod format;

mod choose;
mod costs;
mod size;
#[cfg(feature = "scenarios")]
mod scenarios;

mod show;

use std::process::ExitCode;

use common::Lesson;

fn main() -> ExitCode {
    let lesson = Lesson::new("lesson-04-pools", "the tools of chapter 05")
        .tool(show::choose::demo())
        .tool(show::costs::demo())
        .tool(show::size::demo());
    #[cfg(feature = "scenarios")]
    let lesson = lesson.tool(show::scenarios::demo());

    lesson.main()
}
