//! fails: wrong result
//!
//! An exit code is a byte from 0 to 255, and 255 is not -1.

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
    if let Some(signal) = status.signal() {
        return Ok(End::Signal(signal));
    }
    let code = status.into_raw().to_le_bytes()[1].cast_signed();
    Ok(match code {
        0 => End::Well,
        code => End::Code(code.into()),
    })
}
