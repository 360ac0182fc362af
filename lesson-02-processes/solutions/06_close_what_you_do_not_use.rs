//! Close what you do not use: a pipeline that never ends.
//!
//! A `Command` keeps what it was given, so that it can be started again. Dropping both closes both ends in this process.

//? Three processes have the pipe, not two. Which of them needs which end?
//? `first.stdout(writer)` moves the writing end into `first`, and there it stays after `spawn`. The same goes for the
//?   reading end and `second`.
//? `drop((first, second));` before you wait for the second program.

use std::io;
use std::process::{Command, Stdio};

/// What the second program prints when it reads what the first one prints.
pub fn pipeline(mut first: Command, mut second: Command) -> io::Result<Vec<u8>> {
    let (reader, writer) = io::pipe()?;
    let mut writing = first.stdout(writer).spawn()?;
    let reading = second.stdin(reader).stdout(Stdio::piped()).spawn()?;
    drop((first, second));
    let output = reading.wait_with_output()?;
    writing.wait()?;
    Ok(output.stdout)
}
