//! fails: stuck
//!
//! One cannot be started, and it waits for the others, however long they take.

use std::io;
use std::process::{Child, Command};

/// Runs all commands at the same time; their exit codes.
pub fn run_all(commands: Vec<Command>) -> io::Result<Vec<Option<i32>>> {
    let mut children: Vec<Child> = Vec::new();
    for mut command in commands {
        match command.spawn() {
            Ok(child) => children.push(child),
            Err(why) => {
                for child in &mut children {
                    let _ = child.wait();
                }
                return Err(why);
            }
        }
    }
    children
        .iter_mut()
        .map(|child| Ok(child.wait()?.code()))
        .collect()
}
