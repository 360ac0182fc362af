//! Reap them all: start several programs at once, and leave nothing behind.
//!
//! `run_all` starts all of these commands, all of them before it waits for the first, and gives back their exit codes in
//! the order of the commands; `None` for one that a signal ended.
//!
//! If one of them cannot be started, `run_all` says so with an error. Those that it has started by then must not be left
//! alone: they are killed at once, and waited for. A process that has ended stays in the list of processes, as a
//! *zombie*, until its parent has waited for it.
//!
//! Study first: `cargo run -p lesson-02-processes -- zombie`, src/pitfalls/zombie.rs
//! Judge it:    `cargo run -p lesson-02-processes -- check 04_reap_them_all`
//! Level:       2 of 3, about 20 minutes

use std::io;
use std::process::Command;

/// Runs all commands at the same time; their exit codes.
pub fn run_all(commands: Vec<Command>) -> io::Result<Vec<Option<i32>>> {
    todo!("start them all, then wait for them all")
}
