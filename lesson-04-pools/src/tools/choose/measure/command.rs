//! One run of a command of the reader's, ended with all that it has started.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use common::Failure;
use common::process::{How, spawn};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::procfs::{self, Moved};
use super::stderr_tail::Words;

/// A command that can be run any number of times, also at once.
pub struct Program {
    words: Vec<OsString>,
    /// Alive, or ended and not yet reaped: so none of these numbers can belong to somebody else.
    running: Mutex<Vec<Pid>>,
    stopped: AtomicBool,
}

/// A run that has ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its number, and its group's; it may belong to somebody else by now.
    pub pid: Pid,
    /// From before its start to its end.
    pub wall: Duration,
    /// By itself, or by a signal.
    pub how: How,
    /// What the system says.
    pub moved: Option<Moved>,
    /// How long it was ready and had no core.
    pub delay: Option<Duration>,
    /// If it failed: the last line that it wrote to its standard error.
    pub words: String,
}

impl Program {
    /// A program and its arguments: at least one word.
    pub fn new(words: Vec<OsString>) -> Program {
        Program {
            words,
            running: Mutex::default(),
            stopped: AtomicBool::new(false),
        }
    }

    /// As it was typed.
    pub fn name(&self) -> String {
        let words: Vec<_> = self
            .words
            .iter()
            .map(|word| word.to_string_lossy())
            .collect();
        words.join(" ")
    }

    /// Runs it once and waits for its end. `place` tells runs apart that are under way at once.
    ///
    /// It has nothing on its standard input, and its output is thrown away. It leads a process group of its own, which
    /// ends with it: so do the children that it leaves behind.
    ///
    /// # Errors
    /// When it cannot be started: a [`Failure::BadInput`] where there is no such program.
    pub fn run(&self, place: usize) -> Result<Ended, Failure> {
        let mut command = Command::new(&self.words[0]);
        command
            .args(&self.words[1..])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .process_group(0);
        let (reader, writer) = io::pipe()?;
        command.stderr(writer);
        let words = Words::of(reader)?;
        let start = Instant::now();
        let mut child = spawn(
            &mut command,
            &format!("{} ({place})", self.words[0].to_string_lossy()),
        )
        .map_err(|why| Failure::BadInput(format!("cannot start `{}`: {why}", self.name())))?;
        // With it goes our end for writing.
        drop(command);
        let group = Pid::from_raw(i32::try_from(child.id())?);
        self.running().push(group);
        let _ = self.stopped().then(|| killpg(group, Signal::SIGKILL));
        let seen = wait_until_ended(group);
        let (wall, moved, delay) = (start.elapsed(), procfs::moved(group), procfs::delay(group));
        let forget = || self.running().retain(|other| *other != group);
        if seen {
            forget();
            let _ = killpg(group, Signal::SIGKILL);
        }
        let how = child.wait()?.into();
        forget();
        let wall = if seen { wall } else { start.elapsed() };
        let words = if how == How::Exited(0) {
            String::new()
        } else {
            words.last()
        };
        Ok(Ended {
            pid: group,
            wall,
            how,
            moved,
            delay,
            words,
        })
    }

    /// What is under way.
    pub fn running(&self) -> MutexGuard<'_, Vec<Pid>> {
        // Each push and retain leaves it valid.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all that is under way, and whatever is started from now on.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        for group in self.running().iter() {
            let _ = killpg(*group, Signal::SIGKILL);
        }
    }

    /// Whether it was.
    pub fn stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }
}

/// Waits without reaping: until somebody asks how it ended, the system knows all about it.
#[cfg(target_os = "linux")]
fn wait_until_ended(pid: Pid) -> bool {
    use nix::sys::wait::{Id, WaitPidFlag, waitid};
    let how = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
    while let Err(nix::errno::Errno::EINTR) = waitid(Id::Pid(pid), how) {}
    true
}

/// Elsewhere nix has no `waitid`.
#[cfg(not(target_os = "linux"))]
fn wait_until_ended(_pid: Pid) -> bool {
    false
}
