//! fails: too few at once
//!
//! Four run at once; the fifth is started when they have ended.

use std::io;
use std::process::{Child, Command};

/// Runs all commands at the same time; their exit codes.
pub fn run_all(commands: Vec<Command>) -> io::Result<Vec<Option<i32>>> {
    let mut codes = Vec::new();
    let mut commands = commands.into_iter().peekable();
    while commands.peek().is_some() {
        let mut children: Vec<Child> = Vec::new();
        for mut command in commands.by_ref().take(4) {
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
        for mut child in children {
            codes.push(child.wait()?.code());
        }
    }
    Ok(codes)
}
