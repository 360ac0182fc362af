//! `orphan`: the parent is killed, and its child lives on.
//!
//! Ending a process does not end its children. They get a new parent, process 1, and go on, for nobody. A child that
//! should not outlive its parent has to find out that it is gone. There are two ways.

use std::io::{self, Read, stdin, stdout};
use std::os::fd::AsFd;
use std::process::{ChildStdout, Stdio, exit};
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::measure::seconds;
use common::{Failure, Outcome, Run};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use serde_json::json;
use tracing::{info, info_span};

use crate::hire;
use crate::pitfalls::zombie::state;
use crate::wire::{hear, send};

/// Broken: nothing tells the child.
const NOTHING: &str = "nothing";
/// Fixed, on Linux: the kernel sends the child a signal when the thread that started it ends.
const SIGNAL: &str = "death signal";
/// Fixed, everywhere: the child's standard input is a pipe that its parent holds, and it comes to its end.
const PIPE: &str = "end of file";

/// The parent: starts a child, says its pid, and waits to be killed.
///
/// # Errors
/// When the child cannot be started.
#[allow(clippy::zombie_processes, reason = "it is killed before it could wait")]
pub fn parent(way: &str) -> io::Result<()> {
    let mut command = hire::command(way, "orphan-child")?;
    // Handed on, standard input is a pipe of the lesson's: it says nothing about this parent.
    command.stdin(if way == PIPE {
        Stdio::piped()
    } else {
        Stdio::inherit()
    });
    let _child = command.spawn()?;
    sleep(Duration::from_hours(1));
    Ok(())
}

/// The child: does nothing until its standard input ends. Its standard output is the one of its parent.
///
/// # Errors
/// When nobody reads what it says.
pub fn child(way: &str) -> io::Result<()> {
    let parent = nix::unistd::getppid();
    if way == SIGNAL {
        end_with_parent()?;
        // It may have ended just before.
        if nix::unistd::getppid() != parent {
            exit(1);
        }
    }
    send(&mut stdout().lock(), &std::process::id())?;
    stdin().lock().read(&mut [0]).map(drop)
}

/// Asks the kernel for SIGKILL when the parent ends.
#[cfg(target_os = "linux")]
fn end_with_parent() -> io::Result<()> {
    Ok(nix::sys::prctl::set_pdeathsig(
        nix::sys::signal::Signal::SIGKILL,
    )?)
}

/// Only Linux has it.
#[cfg(not(target_os = "linux"))]
fn end_with_parent() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether a pipe's other end is closed by everybody before the time is up.
fn closed_within(pipe: &ChildStdout, limit: Duration) -> io::Result<bool> {
    let mut watched = [PollFd::new(pipe.as_fd(), PollFlags::empty())];
    Ok(poll(
        &mut watched,
        PollTimeout::try_from(limit).unwrap_or(PollTimeout::MAX),
    )? == 1)
}

/// Kills a parent, and looks whether its child lives on. The parent and its child share a standard output: when that
/// closes, both are gone.
fn one(way: &'static str) -> Result<Option<f64>, Failure> {
    let mut parent = hire::start(way, "orphan-parent")?;
    // Held until the end of this function. Whatever happens, the orphan ends with this program.
    let lifeline = parent.stdin.take();
    let mut out = hire::take_output(&mut parent);
    let child: u32 = hear(&mut out, way)?
        .ok_or("the child sent nothing")
        .map_err(io::Error::other)?;
    let span = info_span!("after the kill", way).entered();
    parent.kill()?;
    parent.wait()?;
    let start = Instant::now();
    if closed_within(&out, Duration::from_millis(300))? {
        let took = start.elapsed().as_secs_f64();
        info!("{way}: the child ended {} after its parent", seconds(took));
        return Ok(Some(took));
    }
    let state = state(child).unwrap_or('-');
    info!("{way}: the parent is dead, its child is process {child} and lives on, state {state}");
    drop(span);
    drop(lifeline);
    closed_within(&out, Duration::from_secs(5))?;
    Ok(None)
}

/// What `cargo run -p lesson-02-processes -- orphan` runs.
///
/// # Errors
/// When no process can be started.
pub fn demo(_run: &Run) -> Result<Outcome, Failure> {
    let lived_on = one(NOTHING)?.is_none();
    let by_signal = if cfg!(target_os = "linux") {
        one(SIGNAL)?
    } else {
        None
    };
    let by_pipe = one(PIPE)?;
    Ok(Outcome::new(json!({
        "broken": { "lived_on": lived_on },
        "fixed": { "death_signal_s": by_signal, "end_of_file_s": by_pipe },
    })))
}
