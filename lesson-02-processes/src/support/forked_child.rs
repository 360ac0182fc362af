//! A child that was made by `fork`, on the timeline.

use std::io;
use std::thread::{self, JoinHandle};

use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::Pid;
use tracing::{Span, info_span};

/// A forked child and the thread that waits for it. The child can record nothing, so the lane of this thread stands for
/// it: it is there from the fork to the child's end.
pub struct ForkedChild {
    waiting: JoinHandle<nix::Result<WaitStatus>>,
}

impl ForkedChild {
    /// Waits for the child on a thread.
    pub fn watch(pid: Pid) -> ForkedChild {
        ForkedChild::inside(|| info_span!("forked child"), pid)
    }

    /// Waits for a child that waits for a lock.
    pub fn watch_at_lock(pid: Pid, lock: &'static str) -> ForkedChild {
        ForkedChild::inside(move || info_span!("forked child", waits_for = lock), pid)
    }

    fn inside(span: impl FnOnce() -> Span + Send + 'static, pid: Pid) -> ForkedChild {
        let waiting = thread::spawn(move || {
            let _span = span().entered();
            waitpid(pid, None)
        });

        ForkedChild { waiting }
    }

    /// Tells whether the child has ended. Until then its pid is its own.
    pub fn is_finished(&self) -> bool {
        self.waiting.is_finished()
    }

    /// Returns the exit code, once the child has ended.
    pub fn exit_code(self) -> io::Result<i32> {
        let status = self.waiting.join();
        exit_code(status.map_err(|_| io::Error::other("the thread that waited panicked"))??)
    }
}

/// Returns the exit code; an error if a signal ended the child.
pub fn exit_code(status: WaitStatus) -> io::Result<i32> {
    match status {
        WaitStatus::Exited(_, code) => Ok(code),
        other => Err(io::Error::other(format!(
            "it did not end by itself: {other:?}"
        ))),
    }
}
