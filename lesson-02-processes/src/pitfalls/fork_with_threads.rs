//! `fork-with-threads`: a lock that was held when the process forked is locked for ever in the child.
//!
//! `fork` copies the memory, and with it every lock as it is at that moment. It does not copy the other threads. If one
//! of them holds a lock, its copy in the child is locked, and no thread is there to unlock it. So between `fork` and
//! `exec` the child of a program with threads may call nothing that takes a lock: no log line, no allocation.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use nix::libc;
use nix::sys::signal::{Signal, kill};
use nix::unistd::{ForkResult, fork};
use tracing::info_span;

use crate::support::end_with_parent::end_with_parent;
use crate::support::forked_child::ForkedChild;
use crate::support::messages::WorkerError;
use crate::support::worker_process::call;

/// The role of a child that is the same program after `exec`.
pub const FRESH: &str = "fresh";

/// The name of the lock on the timeline.
pub const LOCK: &str = "log";

/// Something that a program might guard: its log, its settings, its free memory.
static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

pub fn log() -> MutexGuard<'static, Vec<String>> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Forks while a thread holds the log for half of `limit`. Returns whether the child, which wants to write into the
/// log, is stuck after `limit`.
pub fn broken(limit: Duration) -> io::Result<bool> {
    let holder = thread::spawn(move || {
        let _guard = log();
        let _span = info_span!("holder", holds = LOCK).entered();
        sleep(limit / 2);
    });
    while LOG.try_lock().is_ok() {
        sleep(Duration::from_millis(1));
    }

    // SAFETY: none. To take a lock here is what the manual forbids, and what this pitfall shows: the child hangs, and
    // is killed below. Nothing worse can come of it: it only waits.
    let pid = match unsafe { fork() }? {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            end_with_parent();
            log().push("hello from the child".to_owned());
            // SAFETY: ends this process and does nothing else.
            unsafe { libc::_exit(0) }
        }
    };

    let child = ForkedChild::watch_at_lock(pid, LOCK);
    let start = Instant::now();
    while !child.is_finished() && start.elapsed() < limit {
        sleep(Duration::from_millis(1));
    }
    let stuck = !child.is_finished();
    if stuck {
        // It was not waited for yet, so its pid is still its own.
        kill(pid, Signal::SIGKILL)?;
    }
    let _ = child.exit_code();
    let _ = holder.join();
    Ok(stuck)
}

/// Starts a child with `exec`. Its memory is its own, and no thread holds its lock.
pub fn fixed() -> Result<usize, WorkerError> {
    // A thread of this process holds the lock as well, and it does not matter.
    let _guard = log();
    call(FRESH, FRESH, &"hello from the child")
}
