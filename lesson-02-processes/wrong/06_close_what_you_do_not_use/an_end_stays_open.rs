//! fails: left a file open
//!
//! A second handle of the pipe is never dropped: one more open pipe for each call.

use std::io;
use std::process::{Command, Stdio};

/// What the second program prints when it reads what the first one prints.
pub fn pipeline(mut first: Command, mut second: Command) -> io::Result<Vec<u8>> {
    let (reader, writer) = io::pipe()?;
    std::mem::forget(writer.try_clone()?);
    std::mem::forget(reader);
    let mut writing = first.stdout(Stdio::piped()).spawn()?;
    let between = writing.stdout.take().unwrap();
    let reading = second.stdin(between).stdout(Stdio::piped()).spawn()?;
    drop((first, second));
    let output = reading.wait_with_output()?;
    writing.wait()?;
    Ok(output.stdout)
}
