//! fails: stuck
//!
//! Each `Command` still holds the end of the pipe that it was given: it could start another program with it.

use std::io;
use std::process::{Command, Stdio};

/// What the second program prints when it reads what the first one prints.
pub fn pipeline(mut first: Command, mut second: Command) -> io::Result<Vec<u8>> {
    let (reader, writer) = io::pipe()?;
    let mut writing = first.stdout(writer).spawn()?;
    let reading = second.stdin(reader).stdout(Stdio::piped()).spawn()?;
    let output = reading.wait_with_output()?;
    writing.wait()?;
    Ok(output.stdout)
}
