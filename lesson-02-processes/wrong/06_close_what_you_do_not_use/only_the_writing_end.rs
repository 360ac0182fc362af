//! fails: stuck
//!
//! The reader sees the end now. But a first program that never stops by itself has a reader that could read, for ever.

use std::io;
use std::process::{Command, Stdio};

pub fn pipeline(mut first: Command, mut second: Command) -> io::Result<Vec<u8>> {
    let (reader, writer) = io::pipe()?;
    let mut writing = first.stdout(writer).spawn()?;
    drop(first);
    let reading = second.stdin(reader).stdout(Stdio::piped()).spawn()?;
    let output = reading.wait_with_output()?;
    writing.wait()?;
    Ok(output.stdout)
}
