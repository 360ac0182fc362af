//! fails: stuck: a program that ends when the next one has printed
//!
//! Each gets a pipe, and these are read one after the other: a program that prints much stands still until all before it
//! have ended.

use std::io;
use std::process::{Child, Command, Stdio};

/// Runs all commands at the same time; their exit codes.
pub fn run_all(commands: Vec<Command>) -> io::Result<Vec<Option<i32>>> {
    let mut children: Vec<Child> = Vec::new();
    for mut command in commands {
        match command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
        {
            Ok(child) => children.push(child),
            Err(why) => {
                for mut child in children {
                    child.kill()?;
                    child.wait()?;
                }
                return Err(why);
            }
        }
    }
    let mut codes = Vec::new();
    for child in children {
        codes.push(child.wait_with_output()?.status.code());
    }
    Ok(codes)
}
