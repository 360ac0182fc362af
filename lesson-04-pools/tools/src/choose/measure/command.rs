//! One run of a command of the reader's, ended with all that it has started.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use common::Failure;
use common::process::{Exit, spawn};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::procfs::{self, Moved};
use super::rusage;
use super::stderr_tail::StderrTail;

/// A command that can be run any number of times, also at once.
pub struct Program {
    words: Vec<OsString>,
    /// Process groups that are alive, or ended and not yet reaped: none of these numbers can belong
    /// to another process.
    running: Mutex<Vec<Pid>>,
    stopped: AtomicBool,
}

/// A run that has ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// Its number, and its group's; it may belong to another process by now.
    pub pid: Pid,
    /// From before its start to its end.
    pub wall: Duration,
    /// By itself, or by a signal.
    pub exit: Exit,
    /// Bytes that it moved, if the system says.
    pub moved: Option<Moved>,
    /// Time in which it was ready and had no core.
    pub delay: Option<Duration>,
    /// The most memory that it or a child of it had at once, in bytes, if the system says.
    pub peak: Option<u64>,
    /// If it failed: the last line that it wrote to its standard error.
    pub words: String,
}

impl Ended {
    /// Says how it failed, with its last words; `None` if it did not.
    pub fn failure(&self, program: &Program) -> Option<String> {
        failure(program, &self.exit, &self.words)
    }
}

/// Says how a run failed that ended like this; `None` if it did not.
pub fn failure(program: &Program, exit: &Exit, words: &str) -> Option<String> {
    let name = program.name();
    match (exit, words) {
        (Exit::Exited(0), _) => None,
        (_, "") => Some(format!("`{name}` {exit}")),
        _ => Some(format!("`{name}` {exit}: {words}")),
    }
}

impl Program {
    /// Makes a program of at least one word: its name and its arguments.
    pub fn new(words: Vec<OsString>) -> Program {
        Program {
            words,
            running: Mutex::default(),
            stopped: AtomicBool::new(false),
        }
    }

    /// Returns the command as it was typed.
    pub fn name(&self) -> String {
        let words = self.words.iter().map(|word| word.to_string_lossy());
        words.collect::<Vec<_>>().join(" ")
    }

    /// Runs it once and waits for its end. `place` tells runs apart that are under way at once.
    ///
    /// It has nothing on its standard input, and its output is thrown away. It leads a process
    /// group of its own, which ends with it: so do the children that it leaves behind.
    ///
    /// Fails where it cannot be started, with a [`Failure::BadInput`] where there is no such
    /// program.
    pub fn run(&self, place: usize) -> Result<Ended, Failure> {
        let mut command = Command::new(&self.words[0]);
        command
            .args(&self.words[1..])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .process_group(0);
        let (reader, writer) = io::pipe()?;
        command.stderr(writer);
        let tail = StderrTail::read(reader);
        let name = format!("{} ({place})", self.words[0].to_string_lossy());

        let start = Instant::now();
        let mut child = spawn(&mut command, &name)
            .map_err(|why| Failure::BadInput(format!("cannot start `{}`: {why}", self.name())))?;
        // With it goes our end for writing.
        drop(command);

        let group = Pid::from_raw(i32::try_from(child.id())?);
        self.running().push(group);
        if self.is_stopped() {
            let _ = killpg(group, Signal::SIGKILL);
        }

        let peak = rusage::peak_at_end(group);
        let seen = peak.is_some();
        let mut wall = start.elapsed();
        let moved = procfs::moved(group);
        let delay = procfs::delay(group);
        let forget = || self.running().retain(|other| *other != group);
        if seen {
            forget();
            let _ = killpg(group, Signal::SIGKILL);
        }

        let exit = child.wait()?.into();
        forget();
        if !seen {
            wall = start.elapsed();
        }

        let words = if exit == Exit::Exited(0) {
            String::new()
        } else {
            tail.last_line()
        };

        Ok(Ended {
            pid: group,
            wall,
            exit,
            moved,
            delay,
            peak,
            words,
        })
    }

    /// Returns the process groups that are under way.
    pub fn running(&self) -> MutexGuard<'_, Vec<Pid>> {
        // Each push and retain leaves it valid.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all runs that are under way, and every run that is started from now on.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        for group in self.running().iter() {
            let _ = killpg(*group, Signal::SIGKILL);
        }
    }

    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }
}
