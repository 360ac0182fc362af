//! fails: still to do
//!
//! Survive a crash: a worker dies, and the work goes on.
//!
//! `ask_all` has a list of numbers squared by a worker process. The worker reads a number a line from its standard input,
//! and answers each with a line on its standard output. `hire()` makes the command that starts one.
//!
//! - A worker is used as long as it lives. There is never more than one at a time.
//! - A worker may die instead of answering; an answer comes whole or not at all. Its number is asked again, of a fresh
//!   worker, once. A dead worker is waited for when the next one starts, not only at the end.
//! - A number that has ended two workers gets `None`, and the next numbers are none the worse for it.
//! - When all is done, no process is left: none that runs, and no zombie. A worker whose standard input ends, ends.
//!
//! Study first: `cargo run -p lesson-02-processes -- pool`, src/supervisor.rs
//! Judge it:    `cargo run -p lesson-02-processes -- check 08_survive_a_crash`
//! Level:       3 of 3, about 30 minutes

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

/// The squares, in the order of the numbers; `None` for a number that ends its worker each time.
pub fn ask_all(hire: &dyn Fn() -> Command, numbers: &[i64]) -> Vec<Option<i64>> {
    todo!("a worker, a number, an answer; and what if there is none?")
}
