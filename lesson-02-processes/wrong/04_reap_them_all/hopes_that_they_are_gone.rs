//! fails: stuck
//!
//! It kills, and looks again a moment later. To wait for the end takes less time, and is certain.

use std::io;
use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

/// Runs all commands at the same time; their exit codes.
pub fn run_all(commands: Vec<Command>) -> io::Result<Vec<Option<i32>>> {
    let mut children: Vec<Child> = Vec::new();
    for mut command in commands {
        match command.spawn() {
            Ok(child) => children.push(child),
            Err(why) => {
                for child in &mut children {
                    let _ = child.kill();
                    thread::sleep(Duration::from_millis(200));
                    let _ = child.try_wait();
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
