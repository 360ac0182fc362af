//! fails: stuck
//!
//! The child waits for a reader, and the parent for the child's end.
//!
//! Read before you wait: two programs that wait for each other for ever.
//!
//! `both_outputs` is to give back all that a program writes to standard output and to standard error, up to the end of
//! both, and how it ended. With programs that write little it works. Have it judged as it is; then find out which
//! waits for which, and change it.
//!
//! A pipe holds 64 KiB. A program that writes more waits until another one has read.
//!
//! Study first: `cargo run -p lesson-02-processes -- full-pipe`, src/pitfalls/full_pipe.rs
//! Judge it:    `cargo run -p lesson-02-processes -- check 03_read_before_wait`
//! Level:       1 of 3, about 10 minutes

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};

/// All that the program writes to standard output and to standard error, and how it ended.
pub fn both_outputs(command: &mut Command) -> io::Result<(Vec<u8>, Vec<u8>, ExitStatus)> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let status = child.wait()?;
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
    Ok((output, complaint, status))
}
