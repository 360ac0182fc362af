//! A worker process as the pool sees it: a process id and two pipes.

use std::fmt::Display;
use std::io::{self, ErrorKind};
use std::process::{ExitStatus, Stdio};

use common::frame::{FrameError, PATIENCE};
use common::process::{self, Child, How};
use serde::de::DeserializeOwned;

use super::error::{Error, catch};
use super::feeder::{Lost, Plan};
use super::lock;
use super::pipes::{Pipes, TO_END};
use super::worker::{Answer, PARENT};

/// A worker process. Dropping it closes its standard input, which is its sign to end, and reaps it. One that
/// does not heed the sign is killed.
pub(super) struct Worker<'p> {
    plan: &'p Plan,
    name: &'p str,
    child: Child,
    pipes: Option<Pipes>,
    /// How many messages it has answered.
    pub(super) answers: usize,
}

impl<'p> Worker<'p> {
    pub(super) fn start<O: DeserializeOwned>(plan: &'p Plan, name: &'p str) -> Result<Worker<'p>, Error> {
        let failed = |error: &dyn Display| Error::Broken(format!("{name} cannot be started: {error}"));
        let mut command = catch(|| (plan.command)(name)).map_err(|error| failed(&error))?;
        command.env(PARENT, std::process::id().to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = process::spawn(&mut command, name).map_err(|error| failed(&error))?;
        let (stdin, stdout) =
            child.stdin.take().zip(child.stdout.take()).expect("both were asked to be piped");
        let closed = {
            let mut living = lock(&plan.living);
            living.pids.push(child.id());
            living.closed
        };
        let mut worker = Worker { plan, name, child, pipes: None, answers: 0 };
        if closed {
            let _ = worker.child.kill();
            return Err(Error::Broken("the workers have been ended".to_owned()));
        }
        worker.pipes = Some(Pipes::new(stdin, stdout, PATIENCE).map_err(|error| failed(&error))?);
        if let Some(message) = &plan.initializer {
            let answer: Answer<O> =
                worker.ask(message, 1).unwrap_or_else(|lost| Err(Error::Broken(lost.why)));
            let outcome = answer.and_then(|outcomes| outcomes.into_iter().collect::<Result<Vec<_>, _>>());
            let failed = |error| Error::Broken(format!("the initializer of {name} failed: {error}"));
            outcome.map_err(failed)?;
        }
        Ok(worker)
    }

    /// Sends a message of so many tasks and waits for the answer. What comes from another process is checked, not
    /// believed. If there is none, the worker is of no more use.
    pub(super) fn ask<O: DeserializeOwned>(
        &mut self,
        message: &[u8],
        tasks: usize,
    ) -> Result<Answer<O>, Lost> {
        let pipes = self.pipes.as_mut().expect("they are there until it is reaped");
        if let Err(error) = pipes.send(message) {
            return Err(Lost { why: self.failed(error), has_begun: false });
        }
        let received = pipes.receive().and_then(|bytes| bytes.ok_or(FrameError::Truncated));
        if received.as_ref().is_ok_and(|bytes| bytes.is_empty() && pipes.large.is_refused()) {
            return self.ask(message, tasks);
        }
        let answer = received.map_err(|error| self.failed(error)).and_then(|bytes| {
            match catch(|| postcard::from_bytes::<Answer<O>>(&bytes)) {
                Ok(Ok(Ok(outcomes))) if outcomes.len() != tasks => {
                    Err(self.is_mad("another number of results"))
                }
                Ok(Ok(answer)) => Ok(answer),
                Ok(Err(why)) => Err(self.is_mad(why)),
                Err(why) => Err(self.is_mad(why)),
            }
        });
        answer.map_err(|why| Lost { why, has_begun: true })
    }

    fn failed(&mut self, error: FrameError) -> String {
        match error {
            FrameError::Io(error) if error.kind() == ErrorKind::InvalidData => self.is_mad(error),
            FrameError::Io(_) | FrameError::Truncated => self.is_gone(),
            other => self.is_mad(other),
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
        if let Some(pipes) = &self.pipes {
            pipes.wait_for_end();
        }
        // Does nothing to who has ended already.
        let _ = self.child.kill();
        let how = self.reap().map_or_else(|error| error.to_string(), |status| How::from(status).to_string());
        self.says(how)
    }

    fn reap(&mut self) -> io::Result<ExitStatus> {
        if self.pipes.take().is_some_and(|pipes| !pipes.close()) {
            let _ = self.child.kill();
        }
        // Out of the list first: once it is reaped, its number may be given to another process.
        lock(&self.plan.living).pids.retain(|pid| *pid != self.child.id());
        // One that has closed its pipes may still live on.
        self.child.wait_at_most(TO_END)
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        let _ = self.reap();
    }
}
