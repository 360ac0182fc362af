//! A worker does not outlive its pool, even in the middle of a task.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::thread;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// What ends the worker when its parent is gone: during the first tasks the system, if it can, and later a thread. A thread
/// takes a tenth of the time in which a worker is started, used once, and reaped.
pub(super) struct Watch {
    /// Where tasks come from. The system closes its other end when the parent is gone.
    pipe: Option<File>,
    /// The system kills this process.
    by_system: bool,
}

impl Watch {
    pub(super) fn new(tasks: File) -> Watch {
        Watch {
            pipe: Some(tasks),
            by_system: dies_with_parent(),
        }
    }

    pub(super) fn before_tasks(&mut self) -> io::Result<()> {
        match self.pipe.take_if(|_| !self.by_system) {
            Some(pipe) => watch(pipe),
            None => Ok(()),
        }
    }

    /// Whoever started this process waits for its first answer, and may end when it is there.
    pub(super) fn before_answer(&mut self) {
        if std::mem::take(&mut self.by_system) {
            #[cfg(target_os = "linux")]
            let _ = nix::sys::prctl::set_pdeathsig(None);
        }
    }
}

/// Has the system kill this process when the thread that started it ends. That thread waits for the first answer, so until
/// then it ends only with the whole program. False where there is no such thing, or another process is in between.
fn dies_with_parent() -> bool {
    #[cfg(target_os = "linux")]
    if super::worker::is_child_of_pool() {
        use nix::sys::{prctl::set_pdeathsig, signal::Signal};
        // Asked again, as it may have gone in between.
        return set_pdeathsig(Signal::SIGKILL).is_ok() && super::worker::is_child_of_pool();
    }
    false
}

/// Starts a thread that waits for the end of the pipe.
fn watch(tasks: File) -> io::Result<()> {
    let watch = move || {
        // Asking for no event reports only that the other side hung up.
        let mut fds = [PollFd::new(tasks.as_fd(), PollFlags::empty())];
        while let Err(Errno::EINTR) = poll(&mut fds, PollTimeout::NONE) {}
        // The worker reads the end of file as well. If it is busy, it is not waited for longer than this.
        thread::sleep(Duration::from_millis(200));
        std::process::exit(0);
    };
    thread::Builder::new()
        .name("parent-watch".to_owned())
        .spawn(watch)
        .map(drop)
}
