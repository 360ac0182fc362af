//! fails: left a process behind
//!
//! Killing ends a process. Its entry in the list stays until its parent has waited for it.

use std::io;
use std::process::{Child, Command};

pub fn run_all(commands: Vec<Command>) -> io::Result<Vec<Option<i32>>> {
    let mut children: Vec<Child> = Vec::new();
    for mut command in commands {
        match command.spawn() {
            Ok(child) => children.push(child),
            Err(why) => {
                for child in &mut children {
                    let _ = child.kill();
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
