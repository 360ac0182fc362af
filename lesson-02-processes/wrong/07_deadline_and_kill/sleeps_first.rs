//! fails: stuck: it sleeps for longer than it may
//!
//! Sleeps for all of the limit first: a program that ends at once is waited for as long as one that never does.

use std::io;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

pub fn run_for(command: &mut Command, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let mut child = command.spawn()?;
    thread::sleep(limit);
    if let Some(status) = child.try_wait()? {
        return Ok(Some(status));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}
