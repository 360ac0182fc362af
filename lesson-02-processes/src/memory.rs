//! `memory`: a thread changes your variable, a child process changes its own.
//!
//! `fork` makes a child that begins with a copy of everything its parent had. The kernel does not copy it at once: both
//! share the pages (4 KiB each), and a page is copied when one of the two writes to it. That is *copy on write*.

use std::io::{self, PipeReader, PipeWriter, Read, Write};
use std::thread;

use common::{Failure, Outcome, Run};
use nix::libc;
use nix::unistd::{ForkResult, Pid, SysconfVar, fork, sysconf};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::{info, info_span};

use crate::fork_exec::{exit_code, watch};
use crate::hire;

/// Pages that parent and child have in common: 16 MiB where a page has 4 KiB.
const PAGES: usize = 4096;

/// A thread sees the same memory: when it sets the number to 2, it is 2.
pub fn with_a_thread() -> u8 {
    let mut number = 1;
    thread::scope(|scope| {
        scope.spawn(|| number = 2);
    });
    number
}

/// What was seen.
#[derive(Serialize, Deserialize)]
pub struct Forked {
    child_has: u8,
    parent_has: u8,
    before: Option<Pages>,
    after: Option<Pages>,
}

/// Pages of one process as the kernel counts them.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Pages {
    shared: usize,
    private: usize,
}

/// A worker's life: fork, let the child write, and look.
///
/// # Errors
/// When there is no pipe or no process to be had.
pub fn worker(_name: &str) -> io::Result<()> {
    hire::serve(|(): ()| with_a_fork())
}

fn with_a_fork() -> io::Result<Forked> {
    let page = sysconf(SysconfVar::PAGE_SIZE)?
        .and_then(|size| usize::try_from(size).ok())
        .unwrap_or(4096);
    let mut memory = vec![1_u8; PAGES * page];
    let (go_ahead, mut tell) = io::pipe()?;
    let (mut listen, answer) = io::pipe()?;
    // SAFETY: this process has other threads, so the child only reads, writes and ends (see `fork-with-threads`).
    let pid = match unsafe { fork() }? {
        ForkResult::Child => {
            drop((tell, listen)); // or it would never see that the parent is gone
            child(&mut memory, page, go_ahead, answer)
        }
        ForkResult::Parent { child } => child,
    };
    let _span = info_span!("parent of", process = pid.as_raw()).entered();
    drop((go_ahead, answer));
    let child = watch(pid, || info_span!("copy of its parent"))?;
    let before = pages(pid, &memory, page);
    tell.write_all(&[1])?;
    let mut child_has = [0];
    listen.read_exact(&mut child_has)?;
    let after = pages(pid, &memory, page);
    drop(tell); // and so the child ends
    exit_code(child.join())?;
    Ok(Forked {
        child_has: child_has[0],
        parent_has: memory[0],
        before,
        after,
    })
}

/// The child: on a byte from its parent it writes into every second page; it ends when the parent closes the pipe.
fn child(memory: &mut [u8], page: usize, mut go_ahead: PipeReader, mut answer: PipeWriter) -> ! {
    let mut byte = [0];
    while let Ok(1) = go_ahead.read(&mut byte) {
        for at in (0..PAGES).step_by(2) {
            memory[at * page] = 2;
        }
        let _ = answer.write(&memory[..1]);
    }
    // SAFETY: `_exit` only ends the process, without what the parent had planned for its own end.
    unsafe { libc::_exit(0) }
}

/// Which pages of `memory` the process has to itself: bit 56 of each page's entry in `/proc/PID/pagemap`.
#[cfg(target_os = "linux")]
fn pages(pid: Pid, memory: &[u8], page: usize) -> Option<Pages> {
    use std::os::unix::fs::FileExt;
    let pagemap = std::fs::File::open(format!("/proc/{pid}/pagemap")).ok()?;
    let mut entries = vec![0; PAGES * 8];
    // The entry of each page is 8 bytes long.
    pagemap
        .read_exact_at(&mut entries, (memory.as_ptr().addr() / page * 8) as u64)
        .ok()?;
    let private = entries
        .chunks_exact(8)
        .filter(|entry| entry[7] & 1 == 1)
        .count();
    Some(Pages {
        shared: PAGES - private,
        private,
    })
}

/// Only Linux says this of single pages.
#[cfg(not(target_os = "linux"))]
fn pages(_: Pid, _: &[u8], _: usize) -> Option<Pages> {
    None
}

/// What `cargo run -p lesson-02-processes -- memory` runs.
///
/// # Errors
/// When the worker fails.
pub fn demo(_run: &Run) -> Result<Outcome, Failure> {
    let thread = with_a_thread();
    info!("the thread set the number to 2, and here it is {thread}");
    let forked: Forked = hire::call("parent", "memory", &())?;
    info!(
        "the child set the number to {}, and its parent has {}",
        forked.child_has, forked.parent_has
    );
    if let (Some(before), Some(after)) = (forked.before, forked.after) {
        info!(
            "the child began with {} shared pages, {} of its own",
            before.shared, before.private
        );
        info!(
            "after writing into every second one: {} shared, {} of its own",
            after.shared, after.private
        );
    }
    Ok(Outcome::new(json!({
        "thread": { "here": thread },
        "process": { "child": forked.child_has, "here": forked.parent_has },
        "pages": { "before": forked.before, "after": forked.after },
    })))
}
