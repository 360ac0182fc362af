//! `inherited-pipe`: a descriptor that leaked into another child keeps the pipe open.
//!
//! A pipe is at its end when *every process* has closed the writing side. A child inherits every descriptor that is not
//! marked to be closed at `exec`. If it gets hold of a writing side by accident, the reader waits for it.

use std::io::{self, PipeReader, Read};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::time::Duration;

use common::process::spawn;
use nix::unistd::pipe;
use tracing::info_span;

use crate::support::wait_timeout::readable_within;

/// The child that has nothing to do with the pipe.
pub const BYSTANDER: &str = "bystander";

/// Makes a pipe as POSIX has it: both ends are inherited by every child that is started from now on.
pub fn broken() -> io::Result<(PipeReader, OwnedFd)> {
    let (reader, writer) = pipe()?;
    Ok((reader.into(), writer))
}

/// Makes the standard library's pipe, which is closed at `exec`. A child only gets the end that is meant for it.
pub fn fixed() -> io::Result<(PipeReader, OwnedFd)> {
    let (reader, writer) = io::pipe()?;
    Ok((reader, writer.into()))
}

/// Starts a talker that writes into the pipe and ends. Returns what was read, and whether the pipe's end was seen: at
/// most `limit` passes without a byte or the end.
pub fn talk(
    mut reader: PipeReader,
    writer: OwnedFd,
    limit: Duration,
) -> io::Result<(String, bool)> {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "echo hello"])
        .stdin(Stdio::null())
        .stdout(writer);
    let mut talker = spawn(&mut command, "talker")?;
    // The command holds our copy of the writing side. Without this line the end would never be seen.
    drop(command);
    talker.wait()?;

    let _span = info_span!("read until the end", waits_for = BYSTANDER).entered();
    let mut text = String::new();
    let mut piece = [0; 64];
    while readable_within(&reader, limit)? {
        let bytes = reader.read(&mut piece)?;
        if bytes == 0 {
            return Ok((text, true));
        }
        text += &String::from_utf8_lossy(&piece[..bytes]);
    }
    Ok((text, false))
}
