//! fails: never overlapped
//!
//! Two passes to the eye. But an iterator does nothing until it is asked, and here it is asked for one child at a time.

use std::io;
use std::process::Command;

pub fn run_all(commands: Vec<Command>) -> io::Result<Vec<Option<i32>>> {
    let children = commands.into_iter().map(|mut command| command.spawn());
    children.map(|child| Ok(child?.wait()?.code())).collect()
}
