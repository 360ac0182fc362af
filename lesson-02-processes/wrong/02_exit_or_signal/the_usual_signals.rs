//! fails: wrong result
//!
//! There are more signals than the three that one thinks of.

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
    let status = command.status()?;
    Ok(match (status.signal(), status.code()) {
        (Some(signal @ (6 | 9 | 15)), _) => End::Signal(signal),
        (_, Some(0)) => End::Well,
        (_, code) => End::Code(code.unwrap_or(-1)),
    })
}
