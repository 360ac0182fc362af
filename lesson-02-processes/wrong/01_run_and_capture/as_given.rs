//! fails: still to do
//!
//! Run and capture: start another program, and take what it prints.
//!
//! `capture` runs a program with these arguments, waits for it, and gives back what it wrote to its standard output,
//! without its last line feed and otherwise as it was. If that fails, it says why, in one text: a program that cannot be
//! started is named; one that ended badly is reported with its exit code and with what it wrote to standard error.
//!
//! The arguments go to the program as they are. No shell is to look at them. The program runs once, and it may print a
//! lot, to either side. Bytes that are no text are no reason to panic, nor to leave out the text beside them in a report.
//!
//! Study first: `cargo run -p lesson-02-processes -- spawn`, src/spawn.rs
//! Judge it:    `cargo run -p lesson-02-processes -- check 01_run_and_capture`
//! Level:       1 of 3, about 10 minutes

use std::process::Command;

/// What the program printed; or why there is nothing.
pub fn capture(program: &str, arguments: &[&str]) -> Result<String, String> {
    todo!("run it, look at how it ended, and only then at what it printed")
}
