//! fails: keeps asking: while it waits
//!
//! A pause of a nanosecond is none: it asks many thousand times a second.

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
        thread::sleep(Duration::from_nanos(1));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}
