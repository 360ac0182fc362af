//! fails: stuck
//!
//! SIGTERM asks a program to end, and a program may ignore that.

use std::io;
use std::process::{Child, Command};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// Runs all commands at the same time; their exit codes.
pub fn run_all(commands: Vec<Command>) -> io::Result<Vec<Option<i32>>> {
    let mut children: Vec<Child> = Vec::new();
    for mut command in commands {
        match command.spawn() {
            Ok(child) => children.push(child),
            Err(why) => {
                for child in &children {
                    let _ = kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGTERM);
                }
                for child in &mut children {
                    let _ = child.wait();
                }
                return Err(why);
            }
        }
    }
    children
        .iter_mut()
        .map(|child| child.wait().map(|status| status.code()))
        .collect()
}
