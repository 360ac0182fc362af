//! fails: panicked
//!
//! `Instant` cannot hold the end of the longest limit.

use std::io;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// How the program ended, if it did so within `limit`.
pub fn run_for(command: &mut Command, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let end = Instant::now() + limit;
    let mut child = command.spawn()?;
    while Instant::now() < end {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(5));
    }
    child.kill()?;
    // Killed is not gone: it stays in the list of processes until its parent has asked how it ended.
    child.wait()?;
    Ok(None)
}
