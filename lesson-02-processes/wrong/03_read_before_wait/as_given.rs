//! fails: stuck
//!
//! The child waits for somebody who reads, and the parent for the child's end.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};

/// All that the program writes to standard output and to standard error, and how it ended.
pub fn both_outputs(command: &mut Command) -> io::Result<(Vec<u8>, Vec<u8>, ExitStatus)> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let status = child.wait()?;
    let (mut output, mut complaint) = (Vec::new(), Vec::new());
    child
        .stdout
        .take()
        .expect("it was asked to be piped")
        .read_to_end(&mut output)?;
    child
        .stderr
        .take()
        .expect("it was asked to be piped")
        .read_to_end(&mut complaint)?;
    Ok((output, complaint, status))
}
