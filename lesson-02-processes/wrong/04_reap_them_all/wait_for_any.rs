//! fails: stuck: two programs, beside children that the caller has started
//!
//! It waits until there is no child at all, also for those that the caller has started itself.

use std::collections::HashMap;
use std::io;
use std::process::{Child, Command};

use nix::sys::wait::{WaitStatus, wait};

/// Runs all commands at the same time; their exit codes.
pub fn run_all(commands: Vec<Command>) -> io::Result<Vec<Option<i32>>> {
    let mut children: Vec<Child> = Vec::new();
    for mut command in commands {
        match command.spawn() {
            Ok(child) => children.push(child),
            Err(why) => {
                for child in &mut children {
                    let _ = child.kill();
                    let _ = child.wait();
                }
                return Err(why);
            }
        }
    }
    let mut ended = HashMap::new();
    while let Ok(status) = wait() {
        match status {
            WaitStatus::Exited(pid, code) => ended.insert(pid.as_raw().cast_unsigned(), Some(code)),
            WaitStatus::Signaled(pid, ..) => ended.insert(pid.as_raw().cast_unsigned(), None),
            _ => None,
        };
    }
    Ok(children
        .iter()
        .map(|child| ended.get(&child.id()).copied().flatten())
        .collect())
}
