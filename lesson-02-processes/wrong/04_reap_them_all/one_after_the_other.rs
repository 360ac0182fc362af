//! fails: never overlapped
//!
//! `status` starts a program and waits for it: the second begins when the first has ended.

use std::io;
use std::process::Command;

pub fn run_all(commands: Vec<Command>) -> io::Result<Vec<Option<i32>>> {
    commands
        .into_iter()
        .map(|mut command| Ok(command.status()?.code()))
        .collect()
}
