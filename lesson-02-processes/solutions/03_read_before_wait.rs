//! Read before you wait: two programs that wait for each other for ever.
//!
//! `wait_with_output` reads both pipes at the same time, and waits when both are at their end.

//? The parent waits for the child's end before it reads. What does the child wait for, once 64 KiB are in the pipe?
//? First all of one output and then all of the other is no better: the child may fill the other one first. Both have to
//?   be read at the same time, by a second thread, or by a method of `Child` that does it for you.
//? `let output = child.wait_with_output()?;` has the three parts of the answer.

use std::io;
use std::process::{Command, ExitStatus, Stdio};

/// All that the program writes to standard output and to standard error, and how it ended.
pub fn both_outputs(command: &mut Command) -> io::Result<(Vec<u8>, Vec<u8>, ExitStatus)> {
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let output = child.wait_with_output()?;
    Ok((output.stdout, output.stderr, output.status))
}
