//! `orphan`: the parent is killed, and its child lives on.
//!
//! Ending a process does not end its children. They get a new parent, process 1, and go on. A child that should not
//! outlive its parent has to find out that it is gone. There are two ways.

use std::io::{self, Read, stdin};
use std::process::{Stdio, exit};
use std::thread::sleep;
use std::time::Duration;

use nix::unistd::getppid;

use crate::support::serve::send_answer;
use crate::support::worker_process::command;

/// Broken: nothing tells the child.
pub const NOTHING: &str = "nothing";
/// Fixed, on Linux: the kernel sends the child a signal when the thread that started it ends.
pub const SIGNAL: &str = "death signal";
/// Fixed, everywhere: the child's standard input is a pipe that its parent holds, and it comes to its end.
pub const PIPE: &str = "end of file";

/// The role of the child.
pub const CHILD: &str = "orphan-child";

/// Starts a child and waits to be killed.
#[allow(clippy::zombie_processes, reason = "it is killed before it could wait")]
pub fn parent(way: &str) -> io::Result<()> {
    let mut command = command(way, CHILD)?;
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

/// Sends its pid, and does nothing until its standard input ends.
pub fn child(way: &str) -> io::Result<()> {
    let parent = getppid();
    if way == SIGNAL {
        end_with_parent()?;
        // The parent may have ended just before.
        if getppid() != parent {
            exit(1);
        }
    }

    // Its standard output is the one of its parent.
    send_answer(&std::process::id())?;
    stdin().lock().read(&mut [0]).map(drop)
}

/// Asks the kernel for SIGKILL when the parent ends.
#[cfg(target_os = "linux")]
fn end_with_parent() -> io::Result<()> {
    use nix::sys::prctl::set_pdeathsig;
    use nix::sys::signal::Signal;

    Ok(set_pdeathsig(Signal::SIGKILL)?)
}

/// Fails: only Linux has this.
#[cfg(not(target_os = "linux"))]
fn end_with_parent() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
