//! Close what you do not use: a pipeline that never ends.
//!
//! `pipeline` does what a shell does with `first | second`: it connects two programs by a pipe, runs both at the same
//! time, and gives back what the second one prints. Have it judged as it is. Then look for the process that still has an end
//! of the pipe. A reader sees the end only when no process has the writing end any more, and a writer without a reader is
//! stopped only when no process has the reading end any more. Both programs can be started.
//!
//! Study first: `cargo run -p lesson-02-processes -- inherited-pipe`, src/pitfalls/inherited_pipe.rs
//! Judge it:    `cargo run -p lesson-02-processes -- check 06_close_what_you_do_not_use`
//! Level:       2 of 3, about 15 minutes

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
