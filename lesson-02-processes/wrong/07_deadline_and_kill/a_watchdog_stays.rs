//! fails: left a thread behind: `exit 0` with a limit of an hour: 1 more
//!
//! The watchdog sleeps on when the program has long ended, and then kills the process that has its number by now.

use std::io;
use std::process::{Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// How the program ended, if it did so within `limit`.
pub fn run_for(command: &mut Command, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    let mut child = command.spawn()?;
    let pid = Pid::from_raw(child.id().cast_signed());
    thread::spawn(move || {
        thread::sleep(limit);
        let _ = kill(pid, Signal::SIGKILL);
    });
    let status = child.wait()?;
    Ok((start.elapsed() < limit).then_some(status))
}
