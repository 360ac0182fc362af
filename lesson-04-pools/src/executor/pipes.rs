//! The two pipes to a worker process. Each of them holds 64 KiB, and whoever writes more into it waits until the other end
//! has read some. So two processes that write to each other and do not read wait for ever. A worker of ours never does
//! that: it reads a whole task before it answers. One that has gone mad may.

use std::io::{self, BufReader};
use std::os::fd::AsFd;
use std::process::{ChildStdin, ChildStdout};
use std::time::Duration;

use common::frame::{self, FrameError};
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::shared_memory::Outbox;
use super::streams::{Answers, Tasks};

/// How long a worker may take to end. One that serves needs a fifth of that, even in the middle of a task.
pub(super) const TO_END: Duration = Duration::from_secs(1);

pub(super) struct Pipes {
    tasks: ChildStdin,
    answers: BufReader<Answers>,
    patience: Duration,
    pub(super) large: Outbox,
}

impl Pipes {
    /// A message that has begun to arrive has to be there after `patience`.
    pub(super) fn new(
        tasks: ChildStdin,
        answers: ChildStdout,
        patience: Duration,
    ) -> io::Result<Pipes> {
        // For our end alone: a write that would have to wait says so instead.
        fcntl(&tasks, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        let answers = BufReader::new(Answers {
            pipe: answers,
            begun: false,
            until: None,
            patience,
        });
        Ok(Pipes {
            tasks,
            answers,
            patience,
            large: Outbox::default(),
        })
    }

    /// Sends a whole message. If that fails, the worker has not seen the end of it, and so has not begun with it. It must
    /// not have said anything since its last answer.
    pub(super) fn send(&mut self, message: &[u8]) -> Result<(), FrameError> {
        if !self.answers.buffer().is_empty() {
            return Err(FrameError::Foreign(self.answers.buffer().to_vec()));
        }
        let note = self.large.leave(message);
        let message = note.as_deref().unwrap_or(message);
        frame::write(
            &mut Tasks {
                pipe: &mut self.tasks,
                answers: &self.answers.get_ref().pipe,
            },
            message,
        )
    }

    /// The next message; `None` where the other end closed the pipe.
    pub(super) fn receive(&mut self) -> Result<Option<Vec<u8>>, FrameError> {
        // How long the work may take is nobody's business here.
        (self.answers.get_mut().begun, self.answers.get_mut().until) = (false, None);
        match frame::read(&mut self.answers) {
            Err(FrameError::Io(error)) if error.kind() == io::ErrorKind::TimedOut => {
                Err(FrameError::Stalled(self.patience))
            }
            result => result,
        }
    }

    /// Whether something of the next message is here.
    pub(super) fn has_answer(&self) -> bool {
        let mut fds = [PollFd::new(
            self.answers.get_ref().pipe.as_fd(),
            PollFlags::POLLIN,
        )];
        let _ = poll(&mut fds, PollTimeout::ZERO);
        fds[0]
            .revents()
            .is_some_and(|events| events.contains(PollFlags::POLLIN))
    }

    /// Tells the worker that there is no more work, and waits until it closes its end; false if that takes too long.
    pub(super) fn close(self) -> bool {
        drop(self.tasks);
        hung_up(&self.answers.get_ref().pipe)
    }

    /// Waits until the worker, whose answers have ended, takes no more tasks either; false if that takes too long.
    pub(super) fn wait_for_end(&self) -> bool {
        hung_up(&self.tasks)
    }
}

/// Waits until the other end of a pipe is closed.
fn hung_up(pipe: &impl AsFd) -> bool {
    // Asking for no event reports only this.
    let mut fds = [PollFd::new(pipe.as_fd(), PollFlags::empty())];
    loop {
        match poll(
            &mut fds,
            PollTimeout::try_from(TO_END).expect("a second fits"),
        ) {
            Err(Errno::EINTR) => {}
            ended => return ended.is_ok_and(|ended| ended > 0),
        }
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
        pipes.large.is_refused();
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
