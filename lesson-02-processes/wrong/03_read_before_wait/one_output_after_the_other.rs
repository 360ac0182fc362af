//! fails: stuck
//!
//! Reads before it waits, but the second pipe only when the first is at its end: a child that fills the second one first
//! never gets there.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};

pub fn both_outputs(command: &mut Command) -> io::Result<(Vec<u8>, Vec<u8>, ExitStatus)> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
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
    Ok((output, complaint, child.wait()?))
}
