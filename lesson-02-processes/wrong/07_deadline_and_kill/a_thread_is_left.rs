//! fails: left a process behind
//!
//! A thread waits for the program, and nothing waits for the thread: when the limit is over it may
//! be at it still.

use std::io;
use std::process::{Command, ExitStatus};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How the program ended, if it did so within `limit`.
pub fn run_for(command: &mut Command, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let mut child = command.spawn()?;
    let pid = Pid::from_raw(child.id().cast_signed());
    let (ended, wait) = mpsc::channel();
    thread::spawn(move || ended.send(child.wait()));
    if let Ok(status) = wait.recv_timeout(limit) {
        return Ok(Some(status?));
    }
    kill(pid, Signal::SIGKILL)?;
    Ok(None)
}
