//! fails: stuck
//!
//! It waits for the second program, and then reads. With more than a pipe holds both wait for ever.

use std::io::{self, Read};
use std::process::{Command, Stdio};

/// What the second program prints when it reads what the first one prints.
pub fn pipeline(mut first: Command, mut second: Command) -> io::Result<Vec<u8>> {
    let (reader, writer) = io::pipe()?;
    let mut writing = first.stdout(writer).spawn()?;
    let mut reading = second.stdin(reader).stdout(Stdio::piped()).spawn()?;
    drop((first, second));
    reading.wait()?;
    let mut output = Vec::new();
    reading.stdout.take().unwrap().read_to_end(&mut output)?;
    writing.wait()?;
    Ok(output)
}
