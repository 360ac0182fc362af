//! fails: wrong result
//!
//! A killed process has no code, and no code is not 0: half of the work looks like all of it.

use std::io;
use std::process::Command;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Well,
    Code(i32),
    Signal(i32),
}

pub fn run(command: &mut Command) -> io::Result<End> {
    let status = command.status()?;
    Ok(match status.code().unwrap_or(0) {
        0 => End::Well,
        code => End::Code(code),
    })
}
