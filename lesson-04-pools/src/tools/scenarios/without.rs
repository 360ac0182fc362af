//! `scenarios` in a program that was built without them.

use std::io;

use common::{Failure, Outcome, Run};

/// Their names, so that the command line knows them either way.
pub const NAMES: [&str; 5] = ["download", "images", "server", "numbers", "databases"];

/// Says how to build them.
///
/// # Errors
/// Always.
pub fn demo(_run: &Run) -> Result<Outcome, Failure> {
    Err(Failure::BadInput(
        "this needs more libraries than the lesson: cargo run --release -p lesson-04-pools --features scenarios \
         -- scenarios"
            .to_owned(),
    ))
}

/// No worker has anything to do here.
///
/// # Errors
/// Always.
pub fn worker(_name: &str) -> io::Result<()> {
    Err(io::Error::other("built without the scenarios"))
}
