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

impl Tasks<'_> {
    /// Tries until there is room.
    fn when_there_is_room(
        &mut self,
        mut write: impl FnMut(&mut ChildStdin) -> io::Result<usize>,
    ) -> io::Result<usize> {
        loop {
            match write(self.pipe) {
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
}

impl Write for Tasks<'_> {
    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        self.when_there_is_room(|pipe| pipe.write_vectored(parts))
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.when_there_is_room(|pipe| pipe.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Where answers are read from: for the first bytes of one it waits for ever, for the others not.
pub(super) struct Answers {
    pub(super) pipe: ChildStdout,
    /// The first bytes are here.
    pub(super) begun: bool,
    /// Known as soon as something is missing.
    pub(super) until: Option<Instant>,
    pub(super) patience: Duration,
}

impl Read for Answers {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.begun {
            let until = *self
                .until
                .get_or_insert_with(|| Instant::now() + self.patience);
            let left = until.saturating_duration_since(Instant::now());
            let mut fds = [PollFd::new(self.pipe.as_fd(), PollFlags::POLLIN)];
            if poll(
                &mut fds,
                PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX),
            )? == 0
            {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
        let length = self.pipe.read(to)?;
        // Not where a signal interrupted the first wait.
        self.begun = true;
        Ok(length)
    }
}
