//! `Command::output` with a lane on the timeline.

use std::io::{self, Read};
use std::process::{Command, Output, Stdio};

use common::process::spawn;

/// Runs a program to its end and returns how it ended and what it printed, as `Command::output` does.
pub fn output(command: &mut Command, name: &str) -> io::Result<Output> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = spawn(command, name)?;

    // One after the other is enough for programs that print little; `full-pipe` shows what may happen otherwise.
    let mut stdout = Vec::new();
    if let Some(pipe) = &mut child.stdout {
        pipe.read_to_end(&mut stdout)?;
    }
    let mut stderr = Vec::new();
    if let Some(pipe) = &mut child.stderr {
        pipe.read_to_end(&mut stderr)?;
    }
    Ok(Output {
        status: child.wait()?,
        stdout,
        stderr,
    })
}
