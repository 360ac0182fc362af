//! A worker process as the pool sees it: a process id and two pipes.

use std::fmt::Display;
use std::io::{self, BufReader};
use std::os::fd::AsFd;
use std::process::{ChildStdin, ChildStdout, ExitStatus, Stdio};

use common::frame::{self, FrameError};
use common::process::{self, Child, How};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, poll};
use serde::de::DeserializeOwned;

use super::error::{Error, catch};
use super::feeder::Plan;
use super::lock;
use super::worker::{Answer, PARENT};

/// Milliseconds that a worker may take to end. One that serves needs a fifth of that, even in the middle of a task.
const PATIENCE: u16 = 1000;

/// A worker process. Dropping it closes its standard input, which is its sign to end, and reaps it. One that
/// does not heed the sign is killed.
pub(super) struct Worker<'p> {
    plan: &'p Plan,
    name: &'p str,
    child: Child,
    pipes: Option<(ChildStdin, BufReader<ChildStdout>)>,
    /// How many messages it has answered.
    pub(super) answers: usize,
}

impl<'p> Worker<'p> {
    pub(super) fn start<O: DeserializeOwned>(plan: &'p Plan, name: &'p str) -> Result<Worker<'p>, Error> {
        let mut command = (plan.command)(name);
        command.env(PARENT, std::process::id().to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let failed = |error| Error::Broken(format!("{name} cannot be started: {error}"));
        let mut child = process::spawn(&mut command, name).map_err(failed)?;
        let (stdin, stdout) =
            child.stdin.take().zip(child.stdout.take()).expect("both were asked to be piped");
        let closed = {
            let mut living = lock(&plan.living);
            living.pids.push(child.id());
            living.closed
        };
        let pipes = Some((stdin, BufReader::new(stdout)));
        let mut worker = Worker { plan, name, child, pipes, answers: 0 };
        if closed {
            let _ = worker.child.kill();
            return Err(Error::Broken("the workers have been ended".to_owned()));
        }
        if let Some(message) = &plan.initializer {
            let answer: Answer<O> = worker.ask(message, 1).unwrap_or_else(|why| Err(Error::Broken(why)));
            let outcome = answer.and_then(|outcomes| outcomes.into_iter().collect::<Result<Vec<_>, _>>());
            let failed = |error| Error::Broken(format!("the initializer of {name} failed: {error}"));
            outcome.map_err(failed)?;
        }
        Ok(worker)
    }

    /// Sends a message of so many tasks and waits for the answer. What comes from another process is checked, not
    /// believed. If there is none, the worker is of no more use: says which one it was and what became of it.
    pub(super) fn ask<O: DeserializeOwned>(
        &mut self,
        message: &[u8],
        tasks: usize,
    ) -> Result<Answer<O>, String> {
        let Some((stdin, stdout)) = &mut self.pipes else { return Err(self.says("is gone")) };
        let bytes = match frame::write(stdin, message).and_then(|()| frame::read(stdout)) {
            Ok(Some(bytes)) => bytes,
            Ok(None) | Err(FrameError::Io(_) | FrameError::Truncated) => return Err(self.is_gone()),
            Err(error) => return Err(self.is_mad(error)),
        };
        match catch(|| postcard::from_bytes::<Answer<O>>(&bytes)) {
            Ok(Ok(Ok(outcomes))) if outcomes.len() != tasks => Err(self.is_mad("another number of results")),
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(why)) => Err(self.is_mad(why)),
            Err(why) => Err(self.is_mad(why)),
        }
    }

    fn says(&self, what: impl Display) -> String {
        format!("{} (process {}) {what}", self.name, self.child.id())
    }

    fn is_mad(&mut self, why: impl Display) -> String {
        let _ = self.child.kill();
        self.says(format_args!("sent nonsense: {why}"))
    }

    /// Its standard output has ended, so it has ended or is about to. How?
    fn is_gone(&mut self) -> String {
        let Some((stdin, _)) = &self.pipes else { return self.says("is gone") };
        hung_up(stdin);
        // Does nothing to who has ended already.
        let _ = self.child.kill();
        let how = self.reap().map_or_else(|error| error.to_string(), |status| How::from(status).to_string());
        self.says(how)
    }

    fn reap(&mut self) -> io::Result<ExitStatus> {
        if let Some((stdin, stdout)) = self.pipes.take() {
            drop(stdin);
            if !hung_up(stdout.get_ref()) {
                let _ = self.child.kill();
            }
        }
        // Out of the list first: once it is reaped, its number may be given to another process.
        lock(&self.plan.living).pids.retain(|pid| *pid != self.child.id());
        self.child.wait()
    }
}

/// Waits until the other end of a pipe is closed; false if that takes too long.
fn hung_up(pipe: &impl AsFd) -> bool {
    // Asking for no event reports only this.
    let mut fds = [PollFd::new(pipe.as_fd(), PollFlags::empty())];
    loop {
        match poll(&mut fds, PATIENCE) {
            Err(Errno::EINTR) => {}
            ended => return ended.is_ok_and(|ended| ended > 0),
        }
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        let _ = self.reap();
    }
}
