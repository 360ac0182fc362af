//! fails: wrong result
//!
//! A program that could not be started has not ended, so there is no code to make up for it.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Well,
    Code(i32),
    Signal(i32),
}

pub fn run(command: &mut Command) -> io::Result<End> {
    let Ok(status) = command.status() else {
        return Ok(End::Code(127));
    };
    Ok(match (status.code(), status.signal()) {
        (Some(0), _) => End::Well,
        (Some(code), _) => End::Code(code),
        (None, signal) => End::Signal(signal.unwrap_or(0)),
    })
}
