//! fails: stuck: a shell that ends, and leaves another process behind
//!
//! `output` reads until the last process has closed the pipe, which may be another one than the program.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// With exit code 0.
    Well,
    /// With another exit code.
    Code(i32),
    /// By a signal of this number.
    Signal(i32),
}

/// Runs the command and says how it ended; `Err` if it could not be started.
pub fn run(command: &mut Command) -> io::Result<End> {
    let status = command.output()?.status;
    Ok(match (status.code(), status.signal()) {
        (Some(0), _) => End::Well,
        (Some(code), _) => End::Code(code),
        (None, Some(signal)) => End::Signal(signal),
        (None, None) => unreachable!("it has ended"),
    })
}
