//! fails: keeps asking: while it waits
//!
//! `try_wait` returns at once. Asked again and again without a pause in between, it keeps a core busy for as long as the
//! program takes, and that core does nothing else.

use std::io;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

/// How the program ended, if it did so within `limit`.
pub fn run_for(command: &mut Command, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let end = Instant::now() + limit;
    let mut child = command.spawn()?;
    while Instant::now() < end {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}
