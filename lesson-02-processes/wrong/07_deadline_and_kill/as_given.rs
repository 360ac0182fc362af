//! fails: still to do
//!
//! A deadline and a kill: a program that takes too long is ended.
//!
//! `run_for` runs a command for at most `limit`. A program that ends in time is not kept waiting: `Ok(Some(status))`, at
//! once. One that does not is killed, for certain, and `Ok(None)` comes back. Either way nothing is left of it, no
//! running process and no zombie. Any `Duration` may be the limit, `Duration::MAX` too.
//!
//! std has no wait with a deadline. Asking again and again is fine, but not without a pause of some milliseconds: that
//! would keep a core busy.
//!
//! Study first: `cargo run -p lesson-02-processes -- signals`, src/signals.rs
//! Judge it:    `cargo run -p lesson-02-processes -- check 07_deadline_and_kill`
//! Level:       2 of 3, about 15 minutes

use std::io;
use std::process::{Command, ExitStatus};
use std::time::Duration;

/// How the program ended, if it did so within `limit`.
pub fn run_for(command: &mut Command, limit: Duration) -> io::Result<Option<ExitStatus>> {
    todo!("start it, ask whether it has ended, and end it when the time is up")
}
