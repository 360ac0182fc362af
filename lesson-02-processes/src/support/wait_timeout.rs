//! Waiting for a child's end or for bytes, but not for ever, and without asking again and again.

use std::io;
use std::os::fd::AsFd;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use common::process::Child;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
#[cfg(target_os = "linux")]
use system::pidfd_open;

/// Waits until the child ends, for at most `limit`; `None` if it has not ended then.
///
/// A *pidfd* is a descriptor that stands for a process: it becomes readable when the process ends, so that one call can
/// wait for that and for the time, or for many children at once. It exists on Linux only.
#[cfg(target_os = "linux")]
pub fn wait_timeout(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let pidfd = pidfd_open(child)?;
    if readable_within(&pidfd, limit)? {
        child.try_wait()
    } else {
        Ok(None)
    }
}

/// Asks again and again, where there is no pidfd.
#[cfg(not(target_os = "linux"))]
pub fn wait_timeout(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let until = Instant::now() + limit;
    loop {
        let status = child.try_wait()?;
        if status.is_some() || Instant::now() > until {
            return Ok(status);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Waits until there is something to read, or the other end is closed, for at most `limit`.
pub fn readable_within(from: &impl AsFd, limit: Duration) -> io::Result<bool> {
    let until = Instant::now() + limit;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        // `poll` takes whole milliseconds. Rounded down, it would return too early.
        let left = left + Duration::from_micros(999);
        let left = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
        match poll(&mut [PollFd::new(from.as_fd(), PollFlags::POLLIN)], left) {
            Ok(ready) => return Ok(ready == 1),
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
