//! Exit or signal: tell apart the ways in which a process ends.
//!
//! A status has a code or a signal, never both, so the two questions are asked together.

//? `command.status()` runs it and gives an `ExitStatus`. What does its `code()` give for a process that was killed?
//? `code()` is `None` then. The number of the signal is a matter of Unix: `use std::os::unix::process::ExitStatusExt;`
//?   adds `signal()`.
//? `match (status.code(), status.signal())` with `(Some(0), _)`, `(Some(code), _)` and `(None, Some(signal))`. What is
//?   left over cannot be after waiting for an end.

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
    Ok(match (status.code(), status.signal()) {
        (Some(0), _) => End::Well,
        (Some(code), _) => End::Code(code),
        (None, Some(signal)) => End::Signal(signal),
        (None, None) => {
            return Err(io::Error::other(
                "it ended neither by itself nor by a signal",
            ));
        }
    })
}
