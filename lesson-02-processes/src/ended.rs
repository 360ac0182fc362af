//! Waiting for the end of a child, but not for ever, and without asking again and again.

use std::io;
use std::time::Duration;

use common::process::Child;

/// Whether the child ends before the time is up. It still has to be waited for.
///
/// A *pidfd* is a descriptor that stands for a process: it becomes readable when the process ends, so that one call can
/// wait for that and for the time, or for many children at once. It exists on Linux only.
///
/// # Errors
/// What the system says.
#[cfg(target_os = "linux")]
pub fn ended_within(child: &mut Child, limit: Duration) -> io::Result<bool> {
    use std::os::fd::AsFd;

    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use rustix::process::{Pid, PidfdFlags, pidfd_open};

    let pidfd = pidfd_open(Pid::from_child(child), PidfdFlags::empty())?;
    let mut watched = [PollFd::new(pidfd.as_fd(), PollFlags::POLLIN)];
    let limit = PollTimeout::try_from(limit).unwrap_or(PollTimeout::MAX);
    loop {
        match poll(&mut watched, limit) {
            Ok(ready) => return Ok(ready == 1),
            Err(nix::errno::Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Elsewhere it is asked again and again.
///
/// # Errors
/// What the system says.
#[cfg(not(target_os = "linux"))]
pub fn ended_within(child: &mut Child, limit: Duration) -> io::Result<bool> {
    let until = std::time::Instant::now() + limit;
    while child.try_wait()?.is_none() {
        if std::time::Instant::now() > until {
            return Ok(false);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(true)
}
