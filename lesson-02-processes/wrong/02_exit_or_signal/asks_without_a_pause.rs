//! fails: keeps asking: while it waits
//!
//! `try_wait` again and again keeps a core busy for as long as the program takes.

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
    let mut child = command.spawn()?;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
    };
    Ok(match (status.code(), status.signal()) {
        (Some(0), _) => End::Well,
        (Some(code), _) => End::Code(code),
        (None, signal) => End::Signal(signal.unwrap_or(0)),
    })
}
