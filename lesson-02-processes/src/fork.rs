//! `fork`: how a process is made, by hand: fork, exec, wait.
//!
//! `fork` returns twice: once in the parent, with the child's pid, and once in the child, which is a copy of the
//! parent. Here you see what is copied and what is shared; the second half, `exec`, is in `fork_exec.rs`.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;

use nix::libc;
use nix::unistd::{ForkResult, Pid, fork, getpid, getppid};
use serde::{Deserialize, Serialize};

use crate::support::forked_child::ForkedChild;

/// The same things, seen by parent and child.
#[derive(Serialize, Deserialize)]
pub struct Copied {
    pub parent_has: u8,
    pub child_has: u8,
    /// The child had the right pid for its parent.
    pub knows_its_parent: bool,
    pub child_read: String,
    pub parent_read: String,
    /// The parent's count and the child's.
    pub threads: Option<(usize, usize)>,
    pub exit_code: i32,
}

/// Forks a child that changes its copy of a variable, and reads from the file that both have open.
pub fn copy(mut file: File) -> io::Result<Copied> {
    let mut variable = 1;
    let parent = getpid();
    let (mut to_child, mut to_parent) = UnixStream::pair()?;

    // SAFETY: the child makes system calls and nothing else: no allocation, no lock, no log line.
    let pid = match unsafe { fork() }? {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            drop(to_child);

            variable += 1;
            let mut from_child = [variable, u8::from(getppid() == parent), 0, 0, 0, 0];
            let _ = file.read(&mut from_child[2..]);
            let _ = to_parent.write(&from_child);
            // Waits until the parent has looked at it, or is gone.
            let _ = to_parent.read(&mut from_child);
            // SAFETY: ends this process and does nothing else.
            unsafe { libc::_exit(7) }
        }
    };
    drop(to_parent);

    let mut from_child = [0; 6];
    to_child.read_exact(&mut from_child)?;
    let threads = threads(parent).zip(threads(pid));
    let child = ForkedChild::watch(pid);
    drop(to_child);
    let exit_code = child.exit_code()?;

    let mut parent_read = String::new();
    file.read_to_string(&mut parent_read)?;

    Ok(Copied {
        parent_has: variable,
        child_has: from_child[0],
        knows_its_parent: from_child[1] == 1,
        child_read: String::from_utf8_lossy(&from_child[2..]).into_owned(),
        parent_read,
        threads,
        exit_code,
    })
}

/// Counts the threads of a process. Only Linux lists them in `/proc`.
fn threads(pid: Pid) -> Option<usize> {
    Some(std::fs::read_dir(format!("/proc/{pid}/task")).ok()?.count())
}
