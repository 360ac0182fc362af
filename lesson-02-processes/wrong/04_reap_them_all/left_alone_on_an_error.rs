//! fails: left a process behind
//!
//! The question mark leaves the function, and with it the children that have been started.

use std::io;
use std::process::Command;

pub fn run_all(commands: Vec<Command>) -> io::Result<Vec<Option<i32>>> {
    let mut children = Vec::new();
    for mut command in commands {
        children.push(command.spawn()?);
    }
    children
        .iter_mut()
        .map(|child| Ok(child.wait()?.code()))
        .collect()
}
