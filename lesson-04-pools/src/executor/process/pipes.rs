//! The two pipes to a worker process, used so that a worker that has gone mad cannot hang the pool.
//!
//! Each pipe holds 64 KiB, and a process that writes more into it waits until the other end has read some. So two
//! processes that write to each other and do not read wait for ever. A worker of ours never does that: it reads a whole
//! task before it answers. For another one, a wait that could be for ever also checks the other pipe, or the clock.

use std::io::{self, BufReader, IoSlice, Read, Write};
use std::os::fd::AsFd;
use std::process::{ChildStdin, ChildStdout};
use std::time::{Duration, Instant};

use common::frame::{self, FrameError};
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::shared_memory::SharedWriter;

/// The time that a worker may take to end. One that serves needs a fifth of that, even in the middle of a task.
pub(super) const TO_END: Duration = Duration::from_secs(1);

pub(super) struct Pipes {
    tasks: ChildStdin,
    answers: BufReader<TimedReader>,
    patience: Duration,
    pub(super) shared: SharedWriter,
}

impl Pipes {
    /// Takes the two ends. A message that has begun to arrive has to be there after `patience`.
    pub(super) fn new(
        tasks: ChildStdin,
        answers: ChildStdout,
        patience: Duration,
    ) -> io::Result<Pipes> {
        // For our end alone: a write that would have to wait says so instead.
        fcntl(&tasks, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;

        let answers = BufReader::new(TimedReader {
            pipe: answers,
            begun: false,
            until: None,
            patience,
        });
        Ok(Pipes {
            tasks,
            answers,
            patience,
            shared: SharedWriter::default(),
        })
    }

    /// Sends a whole message. If that fails, the worker has not seen the end of it, and so has not begun with it. It must
    /// not have said anything since its last answer.
    pub(super) fn send(&mut self, message: &[u8]) -> Result<(), FrameError> {
        if !self.answers.buffer().is_empty() {
            return Err(FrameError::Foreign(self.answers.buffer().to_vec()));
        }

        let note = self.shared.write(message);
        let message = note.as_deref().unwrap_or(message);
        let mut writer = GuardedWriter {
            pipe: &mut self.tasks,
            answers: &self.answers.get_ref().pipe,
        };
        frame::write(&mut writer, message)
    }

    /// Waits for the next message. Returns `None` where the other end closed the pipe.
    pub(super) fn receive(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        // No time limit while the task runs.
        let reader = self.answers.get_mut();
        reader.begun = false;
        reader.until = None;

        match frame::read(&mut self.answers) {
            Err(FrameError::Io(error)) if error.kind() == io::ErrorKind::TimedOut => {
                Err(FrameError::Stalled(self.patience))
            }
            result => result,
        }
    }

    /// Whether something of the next message is here.
    pub(super) fn has_answer(&self) -> bool {
        let answers = self.answers.get_ref().pipe.as_fd();
        let mut fds = [PollFd::new(answers, PollFlags::POLLIN)];
        let _ = poll(&mut fds, PollTimeout::ZERO);
        let events = fds[0].revents();
        events.is_some_and(|events| events.contains(PollFlags::POLLIN))
    }

    /// Tells the worker that there is no more work, and waits until it closes its end. Returns false if that takes too
    /// long.
    pub(super) fn close(self) -> bool {
        drop(self.tasks);
        wait_for_hang_up(&self.answers.get_ref().pipe)
    }

    /// Waits until the worker, whose answers have ended, takes no more tasks either, but not for too long.
    pub(super) fn wait_for_end(&self) {
        wait_for_hang_up(&self.tasks);
    }
}

/// Waits until the other end of a pipe is closed. Returns false if that takes too long.
fn wait_for_hang_up(pipe: &impl AsFd) -> bool {
    // Asking for no event reports only this.
    let mut fds = [PollFd::new(pipe.as_fd(), PollFlags::empty())];
    let patience = PollTimeout::try_from(TO_END).expect("a second fits");
    loop {
        match poll(&mut fds, patience) {
            Err(Errno::EINTR) => {}
            ended => return ended.is_ok_and(|ended| ended > 0),
        }
    }
}

/// Writes tasks. While the pipe is full, it also looks at the answers: there must not be one yet.
struct GuardedWriter<'a> {
    pipe: &'a mut ChildStdin,
    answers: &'a ChildStdout,
}

impl GuardedWriter<'_> {
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
            let answer = PollFd::new(self.answers.as_fd(), PollFlags::POLLIN);
            let mut fds = [room, answer];
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

impl Write for GuardedWriter<'_> {
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

/// Reads answers: it waits without a limit for the first bytes of one, and for the others only until a deadline.
struct TimedReader {
    pipe: ChildStdout,
    /// The first bytes are here.
    begun: bool,
    /// Known as soon as something is missing.
    until: Option<Instant>,
    patience: Duration,
}

impl Read for TimedReader {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.begun {
            let patience = self.patience;
            let until = *self.until.get_or_insert_with(|| Instant::now() + patience);
            let left = until.saturating_duration_since(Instant::now());
            let left = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
            let mut fds = [PollFd::new(self.pipe.as_fd(), PollFlags::POLLIN)];
            if poll(&mut fds, left)? == 0 {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }

        let length = self.pipe.read(to)?;
        // Not where a signal interrupted the first wait.
        self.begun = true;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command, Stdio};

    use super::*;

    fn pipes(script: &str) -> (Child, Pipes) {
        let mut command = Command::new("sh");
        command
            .args(["-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let (tasks, answers) = child.stdin.take().zip(child.stdout.take()).unwrap();
        let mut pipes = Pipes::new(tasks, answers, Duration::from_millis(50)).unwrap();
        // A shell does not know about shared memory.
        pipes.shared.disable();
        (child, pipes)
    }

    fn check(script: &str, task: usize, problem: &str) {
        let (mut child, mut pipes) = pipes(script);
        let result = pipes.send(&vec![7; task]).and_then(|()| pipes.receive());
        assert!(
            result
                .as_ref()
                .is_err_and(|error| error.to_string().contains(problem)),
            "{result:?}"
        );
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn half_an_answer_is_not_waited_for() {
        check(
            "printf 'CF\\001\\005\\000\\000\\000ab'; exec sleep 1000",
            10,
            "not the rest within",
        );
        check("printf C; exec sleep 1000", 10, "not the rest within");
    }

    #[test]
    fn a_worker_that_writes_and_does_not_read_holds_nobody_up() {
        check("exec yes", 4 << 20, "before it had the whole task");
    }

    extern "C" fn do_nothing(_: i32) {}

    #[test]
    fn a_signal_does_not_make_a_task_take_less_time() {
        use nix::sys::pthread::{pthread_kill, pthread_self};
        use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
        let action = SigAction::new(
            SigHandler::Handler(do_nothing),
            SaFlags::empty(),
            SigSet::empty(),
        );
        // SAFETY: the handler does nothing, and nobody else here wants this signal.
        unsafe { sigaction(Signal::SIGUSR1, &action) }.unwrap();
        // Far longer than the patience for a message that has begun.
        let (mut child, mut pipes) =
            pipes("sleep 0.5; printf 'CF\\001\\001\\000\\000\\000x'; exec sleep 1000");
        let (me, answered) = (pthread_self(), std::sync::atomic::AtomicBool::new(false));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !answered.load(std::sync::atomic::Ordering::SeqCst) {
                    pthread_kill(me, Signal::SIGUSR1).unwrap();
                    std::thread::sleep(Duration::from_millis(1));
                }
            });
            let answer = pipes.receive();
            answered.store(true, std::sync::atomic::Ordering::SeqCst);
            assert_eq!(answer.unwrap().unwrap(), b"x");
        });
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn a_large_task_is_sent_in_pieces() {
        let (mut child, mut pipes) =
            pipes("head -c 5000007 > /dev/null; printf 'CF\\001\\001\\000\\000\\000x'");
        pipes.send(&vec![7; 5_000_000]).unwrap();
        assert_eq!(pipes.receive().unwrap().unwrap(), b"x");
        assert!(pipes.receive().unwrap().is_none());
        child.wait().unwrap();
    }

    #[test]
    fn a_worker_that_is_gone_gets_no_task() {
        let (mut child, mut pipes) = pipes("exit");
        child.wait().unwrap();
        // A child that another test starts at this moment has a copy of the pipe, until it becomes another program.
        let error = loop {
            match pipes.send(b"task") {
                Ok(()) => std::thread::yield_now(),
                Err(error) => break error,
            }
        };
        assert!(
            matches!(error, FrameError::Io(error) if error.kind() == io::ErrorKind::BrokenPipe)
        );
    }
}
