//! fails: wrong result
//!
//! That 128 is added to a signal's number is a custom among shells. A program may end with 137 by itself.

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
    let status = command.status()?;
    Ok(
        match status
            .code()
            .unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
        {
            0 => End::Well,
            code if code > 128 => End::Signal(code - 128),
            code => End::Code(code),
        },
    )
}
