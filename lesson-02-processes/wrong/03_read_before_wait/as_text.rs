//! fails: wrong result
//!
//! A program may write any bytes. Made into text and back, some of them are others.

use std::io;
use std::process::{Command, ExitStatus};

/// All that the program writes to standard output and to standard error, and how it ended.
pub fn both_outputs(command: &mut Command) -> io::Result<(Vec<u8>, Vec<u8>, ExitStatus)> {
    let outputs = command.output()?;
    let output = String::from_utf8_lossy(&outputs.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&outputs.stderr).into_owned();
    Ok((output.into_bytes(), complaint.into_bytes(), outputs.status))
}
