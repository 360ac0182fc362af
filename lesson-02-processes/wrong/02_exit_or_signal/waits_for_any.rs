//! fails: wrong result: a shell that waits for a while, and then is ended by SIGTERM: it has waited for a child
//!
//! It waits for whichever child ends first, and that may be one that the caller has started.

use std::io;
use std::process::Command;

use nix::sys::wait::{WaitStatus, wait};

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

/// Runs the command; how it ended.
pub fn run(command: &mut Command) -> io::Result<End> {
    command.spawn()?;
    loop {
        match wait()? {
            WaitStatus::Exited(_, 0) => return Ok(End::Well),
            WaitStatus::Exited(_, code) => return Ok(End::Code(code)),
            WaitStatus::Signaled(_, signal, _) => return Ok(End::Signal(signal as i32)),
            _ => {}
        }
    }
}
