//! `fork`: how a process is made, by hand: fork, exec, wait.
//!
//! `fork` returns twice: once in the parent, with the child's pid, and once in the child, which is a copy of the
//! parent. Here you see what is copied and what is shared; the second half, `exec`, is in `fork_exec.rs`.

use std::fs::File;
use std::io::{self, Read, Write};

use common::{Failure, Outcome, Run, TempDir};
use nix::libc;
use nix::unistd::{ForkResult, Pid, fork, getpid, getppid};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::{info, info_span};

use crate::fork_exec::{self, Said, exit_code, watch};
use crate::hire;

const TEXT: &str = "read by whom";

/// What was seen of the copy.
#[derive(Serialize, Deserialize)]
pub struct Copied {
    parent_has: u8,
    child_has: u8,
    /// The child's own view of who its parent is was right.
    knows_its_parent: bool,
    child_read: String,
    parent_read: String,
    /// Of the parent and of the child.
    threads: Option<(usize, usize)>,
    exit_code: i32,
}

/// A worker's life: fork twice and report. In a process of its own, which has a second thread like most programs.
///
/// # Errors
/// When a system call fails.
pub fn worker(_name: &str) -> io::Result<()> {
    hire::serve(|file: String| {
        let said = fork_exec::run("/bin/sh", &["sh", "-c", "echo hello from exec; exit 3"])?;
        Ok((copy(File::open(file)?)?, said))
    })
}

/// A child that is a copy: it changes its variable, and reads from the file that both have open.
fn copy(mut file: File) -> io::Result<Copied> {
    let mut variable = 1_u8;
    let parent = getpid();
    let (mut listen, mut tell) = io::pipe()?;
    let (mut hold, release) = io::pipe()?;
    // SAFETY: the child makes system calls and nothing else: no allocation, no lock, no log line.
    let pid = match unsafe { fork() }? {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            drop(release);
            variable += 1;
            let mut from_child = [variable, u8::from(getppid() == parent), 0, 0, 0, 0];
            let _ = file.read(&mut from_child[2..]);
            let _ = tell.write(&from_child);
            // Waits until the parent has looked at it, or is gone.
            let _ = hold.read(&mut from_child);
            // SAFETY: ends this process and does nothing else.
            unsafe { libc::_exit(7) }
        }
    };
    let _span = info_span!("parent of", process = pid.as_raw()).entered();
    drop((tell, hold));
    let mut from_child = [0; 6];
    listen.read_exact(&mut from_child)?;
    let threads = threads(parent).zip(threads(pid));
    let child = watch(pid, || info_span!("waits to be looked at"))?;
    drop(release);
    let exit_code = exit_code(child.join())?;
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

/// How many threads a process has. Only Linux says so in `/proc`.
fn threads(pid: Pid) -> Option<usize> {
    Some(std::fs::read_dir(format!("/proc/{pid}/task")).ok()?.count())
}

/// What `cargo run -p lesson-02-processes -- fork` runs.
///
/// # Errors
/// When the worker fails.
pub fn demo(_run: &Run) -> Result<Outcome, Failure> {
    let folder = TempDir::new("lesson-02-fork")?;
    let file = folder.path().join("text");
    std::fs::write(&file, TEXT)?;
    let (seen, exec): (Copied, Said) = hire::call("parent", "fork", &file.to_string_lossy())?;
    info!(
        "copied, the variable: the child made it {}, its parent has {}",
        seen.child_has, seen.parent_has
    );
    if let Some((parent, child)) = seen.threads {
        info!("not copied, other threads: the parent has {parent}, the child {child}");
    }
    let (child_read, parent_read) = (&seen.child_read, &seen.parent_read);
    info!("shared, the open file: the child read '{child_read}', then its parent '{parent_read}'");
    info!(
        "exec: the child became sh, printed '{}' and ended with exit code {}",
        exec.text, exec.exit_code
    );
    Ok(Outcome::new(json!({
        "variable": { "child": seen.child_has, "parent": seen.parent_has },
        "knows_its_parent": seen.knows_its_parent,
        "threads": seen.threads.map(|(parent, child)| json!({ "parent": parent, "child": child })),
        "file": { "child": child_read, "parent": parent_read },
        "exec": { "said": exec.text, "exit_code": exec.exit_code },
        "exit_code": seen.exit_code,
    })))
}
