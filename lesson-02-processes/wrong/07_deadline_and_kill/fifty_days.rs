//! fails: wrong result: `exec sleep 0.02` with the limit 4294967
//!
//! The limit is counted in milliseconds of 32 bits: of fifty days a moment is left.

use std::io;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// Runs the command for at most `limit`; how it ended, or `None` if it had to be killed.
pub fn run_for(command: &mut Command, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    let limit = limit.as_millis() as u32;
    let mut child = command.spawn()?;
    while start.elapsed().as_millis() < u128::from(limit) {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(2));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}
