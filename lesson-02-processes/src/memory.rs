//! `memory`: a thread changes your variable, a child process changes its own.
//!
//! `fork` makes a child that begins with a copy of everything its parent had. The kernel does not copy it at once: both
//! share the pages (4 KiB each), and a page is copied when one of the two writes to it. That is *copy on write*.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::thread;

use nix::libc;
use nix::unistd::{ForkResult, fork};
use serde::{Deserialize, Serialize};

use crate::support::forked_child::ForkedChild;
use crate::support::pages::{PageCount, page_size};

/// Pages that parent and child have in common: 16 MiB where a page has 4 KiB.
const PAGES: usize = 4096;

/// Sets a number to 2 in a thread. It is 2 afterwards: the thread works in the same memory.
pub fn with_a_thread() -> u8 {
    let mut number = 1;
    thread::scope(|scope| {
        scope.spawn(|| number = 2);
    });
    number
}

/// The number on both sides, and the child's pages before and after it wrote to them.
#[derive(Serialize, Deserialize)]
pub struct Forked {
    pub child_has: u8,
    pub parent_has: u8,
    pub before: Option<PageCount>,
    pub after: Option<PageCount>,
}

/// Sets a number to 2 in a child process. Its parent still has 1: the child works in a copy.
pub fn with_a_child() -> io::Result<Forked> {
    let mut memory = vec![1; PAGES * page_size()];
    let (mut to_child, to_parent) = UnixStream::pair()?;

    // SAFETY: this process has other threads, so the child only reads, writes and ends (see `fork-with-threads`).
    let pid = match unsafe { fork() }? {
        ForkResult::Child => {
            drop(to_child); // or it would never see that the parent is gone
            child(&mut memory, to_parent)
        }
        ForkResult::Parent { child } => child,
    };
    drop(to_parent);
    let child = ForkedChild::watch(pid);

    let before = PageCount::of(pid, &memory);
    to_child.write_all(b"!")?;
    let mut child_has = [0];
    to_child.read_exact(&mut child_has)?;
    let after = PageCount::of(pid, &memory);

    drop(to_child); // and so the child ends
    child.exit_code()?;
    Ok(Forked {
        child_has: child_has[0],
        parent_has: memory[0],
        before,
        after,
    })
}

/// Writes into every second page when the parent says so, and ends when the parent closes its side.
fn child(memory: &mut [u8], mut parent: UnixStream) -> ! {
    let mut byte = [0];
    while let Ok(1) = parent.read(&mut byte) {
        for page in memory.chunks_mut(page_size()).step_by(2) {
            page[0] = 2;
        }
        let _ = parent.write(&memory[..1]);
    }
    // SAFETY: `_exit` only ends the process, without what the parent had planned for its own end.
    unsafe { libc::_exit(0) }
}
