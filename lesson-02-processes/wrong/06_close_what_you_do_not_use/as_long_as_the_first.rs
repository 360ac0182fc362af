//! fails: stuck: `echo early; exec >&-
//!
//! The first `Command` keeps the writing end until its program has ended, also if that has closed its output before.

use std::io;
use std::process::{Command, Stdio};
use std::thread;

/// What the second program prints when it reads what the first one prints.
pub fn pipeline(mut first: Command, mut second: Command) -> io::Result<Vec<u8>> {
    let (reader, writer) = io::pipe()?;
    let writing = thread::spawn(move || first.stdout(writer).status());
    let reading = second.stdin(reader).stdout(Stdio::piped()).spawn()?;
    drop(second);
    let output = reading.wait_with_output()?;
    writing.join().expect("waiting does not panic")?;
    Ok(output.stdout)
}
