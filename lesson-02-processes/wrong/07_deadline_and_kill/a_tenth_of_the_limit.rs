//! fails: wrong result
//!
//! With a long limit the pause is a long one: a program that ends soon is kept waiting.

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
        thread::sleep((limit / 10).min(Duration::from_secs(1)));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}
