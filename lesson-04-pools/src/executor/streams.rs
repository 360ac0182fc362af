//! How to write to, and read from, a process that one does not trust: a wait that could be for ever looks at the other
//! pipe as well, or at the clock.

use std::io::{self, IoSlice, Read, Write};
use std::os::fd::AsFd;
use std::process::{ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

/// Where tasks are written to. While it is full, it looks after the answers: there must not be one yet.
pub(super) struct Tasks<'a> {
    pub(super) pipe: &'a mut ChildStdin,
    pub(super) answers: &'a ChildStdout,
}

impl Write for Tasks<'_> {
    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        loop {
            match self.pipe.write_vectored(parts) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result,
            }
            let room = PollFd::new(self.pipe.as_fd(), PollFlags::POLLOUT);
            let mut fds = [room, PollFd::new(self.answers.as_fd(), PollFlags::POLLIN)];
            poll(&mut fds, PollTimeout::NONE)?;
            if fds[1].any() == Some(true) && fds[0].any() != Some(true) {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "it answered before it had the whole task",
                ));
            }
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where answers are read from: for the first bytes of one it waits for ever, for the others not.
pub(super) struct Answers {
    pub(super) pipe: ChildStdout,
    pub(super) until: Option<Instant>,
    pub(super) patience: Duration,
}

impl Read for Answers {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if let Some(until) = self.until {
            let left = until.saturating_duration_since(Instant::now());
            let mut fds = [PollFd::new(self.pipe.as_fd(), PollFlags::POLLIN)];
            if poll(&mut fds, PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX))? == 0 {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
        let bytes = self.pipe.read(to)?;
        self.until.get_or_insert_with(|| Instant::now() + self.patience);
        Ok(bytes)
    }
}
