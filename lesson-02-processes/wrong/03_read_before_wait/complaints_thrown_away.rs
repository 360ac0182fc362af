//! fails: wrong result
//!
//! What goes to /dev/null need not be read. It cannot be, either.

use std::io;
use std::process::{Command, ExitStatus, Stdio};

pub fn both_outputs(command: &mut Command) -> io::Result<(Vec<u8>, Vec<u8>, ExitStatus)> {
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let output = child.wait_with_output()?;
    Ok((output.stdout, output.stderr, output.status))
}
