//! A deadline and a kill: a program that takes too long is ended.
//!
//! `try_wait` asks without waiting, and reaps the child when it has ended. SIGKILL, which `kill` sends, cannot be
//! ignored, so the `wait` behind it is short.

//? `spawn` instead of `status`, and then a method of `Child` that asks without waiting.
//? In a loop: `try_wait`; is the time up? a short sleep. After `kill` a `wait` is still needed: why?
//? `while start.elapsed() < limit { if let Some(status) = child.try_wait()? { return Ok(Some(status)); }
//?   thread::sleep(Duration::from_millis(5)); }`, then `child.kill()?; child.wait()?; Ok(None)`.

use std::io;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// How the program ended, if it did so within `limit`.
pub fn run_for(command: &mut Command, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    let mut child = command.spawn()?;
    while start.elapsed() < limit {
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
