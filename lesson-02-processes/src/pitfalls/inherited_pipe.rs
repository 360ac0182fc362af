//! `inherited-pipe`: a descriptor that leaked into another child keeps the pipe open.
//!
//! A pipe is at its end when *everybody* has closed the writing side. A child inherits every descriptor that is not
//! marked to be closed at `exec`. If it gets hold of a writing side by accident, the reader waits for it.

use std::io::{self, PipeReader, Read, stdin};
use std::os::fd::{AsFd, OwnedFd};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::process::spawn;
use common::{Failure, Outcome, Run};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use serde_json::json;
use tracing::{info, info_span};

use crate::hire;
use crate::wire::{hear, send};

/// The child that has nothing to do with the pipe: it lives until its standard input ends.
///
/// # Errors
/// When it cannot read.
pub fn bystander(_name: &str) -> io::Result<()> {
    let _span = info_span!("minds its own business").entered();
    send(&mut io::stdout().lock(), &"ready")?;
    stdin().lock().read(&mut [0]).map(drop)
}

/// `pipe` as POSIX has it: both ends are inherited by every child that is started from now on.
fn broken() -> io::Result<(PipeReader, OwnedFd)> {
    let (reader, writer) = nix::unistd::pipe()?;
    Ok((reader.into(), writer))
}

/// The standard library's pipe is closed at `exec`. A child only gets the end that is meant for it.
fn fixed() -> io::Result<(PipeReader, OwnedFd)> {
    let (reader, writer) = io::pipe()?;
    Ok((reader, writer.into()))
}

/// What was read until the pipe ended, and whether it ended in time.
fn read_within(reader: &mut PipeReader, limit: Duration) -> io::Result<(String, bool)> {
    let _span = info_span!("read until the end", waits_for = "bystander").entered();
    let (until, mut text) = (Instant::now() + limit, Vec::new());
    loop {
        let left = PollTimeout::try_from(until.saturating_duration_since(Instant::now()));
        let mut watched = [PollFd::new(reader.as_fd(), PollFlags::POLLIN)];
        if poll(&mut watched, left.unwrap_or(PollTimeout::MAX))? == 0 {
            return Ok((String::from_utf8_lossy(&text).trim().to_owned(), false));
        }
        let mut piece = [0; 64];
        match reader.read(&mut piece)? {
            0 => return Ok((String::from_utf8_lossy(&text).trim().to_owned(), true)),
            bytes => text.extend_from_slice(&piece[..bytes]),
        }
    }
}

/// A talker writes into the pipe and ends. Beside it a bystander is started, and lives on.
fn one(pipe: (PipeReader, OwnedFd), limit: Duration) -> Result<(String, bool), Failure> {
    let (mut reader, writer) = pipe;
    let mut bystander = hire::start("bystander", "bystander")?;
    let _: Option<String> = hear(hire::output(&mut bystander), "bystander")?;
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", "echo hello"])
        .stdin(Stdio::null())
        .stdout(writer);
    let mut talker = spawn(&mut command, "talker")?;
    // The command holds our copy of the writing side. Without this line nobody would ever see the end.
    drop(command);
    talker.wait()?;
    let read = read_within(&mut reader, limit)?;
    bystander.wait()?;
    Ok(read)
}

/// What `cargo run -p lesson-02-processes -- inherited-pipe` runs.
///
/// # Errors
/// When no process can be started.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let limit = run.pace.seconds(1.0).max(Duration::from_millis(100));
    let (text, ended) = one(broken()?, limit)?;
    info!(
        "broken: '{text}' was read, the talker is gone, and the end of the pipe was seen: {ended}"
    );
    let (fixed_text, fixed_ended) = one(fixed()?, Duration::from_secs(10))?;
    info!("fixed: '{fixed_text}' was read, and the end of the pipe was seen: {fixed_ended}");
    Ok(Outcome::new(json!({
        "broken": { "read": text, "end_seen": ended },
        "fixed": { "read": fixed_text, "end_seen": fixed_ended },
    })))
}
