//! fails: left a process behind
//!
//! The first program has ended too, but nothing has waited for it.

use std::io;
use std::process::{Command, Stdio};

/// What the second program prints when it reads what the first one prints.
pub fn pipeline(mut first: Command, mut second: Command) -> io::Result<Vec<u8>> {
    let (reader, writer) = io::pipe()?;
    let _writing = first.stdout(writer).spawn()?;
    let reading = second.stdin(reader).stdout(Stdio::piped()).spawn()?;
    drop((first, second));
    Ok(reading.wait_with_output()?.stdout)
}
