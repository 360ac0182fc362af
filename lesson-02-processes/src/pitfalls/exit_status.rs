//! `exit-status`: a failed worker that looks like an empty success.

use std::io;
use std::path::Path;
use std::process::{Command, Output};

use common::process::Exit;

use crate::support::output::output;

/// Runs a program that prints today's orders, a line each. The file with the orders is not there.
fn orders(folder: &Path) -> io::Result<Output> {
    output(Command::new("cat").arg(folder.join("orders.txt")), "cat")
}

fn count(output: &Output) -> usize {
    String::from_utf8_lossy(&output.stdout).lines().count()
}

/// Counts the lines, and does not ask how the program ended.
pub fn broken(folder: &Path) -> io::Result<usize> {
    let output = orders(folder)?;
    Ok(count(&output))
}

/// Counts the lines only if the program ended well.
pub fn fixed(folder: &Path) -> io::Result<usize> {
    let output = orders(folder)?;
    if output.status.success() {
        Ok(count(&output))
    } else {
        let exit = Exit::from(output.status);
        Err(io::Error::other(format!("cat {exit}")))
    }
}
