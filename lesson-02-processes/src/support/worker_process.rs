//! This program, started again as a worker: the parent's side.

use std::io::{self, Read};
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use common::process::{Child, Exit, spawn};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::support::messages::{WorkerError, receive_whole, send};
use crate::support::wait_timeout::readable_within;

/// Time for a worker to end when there is nothing left to do.
const GOODBYE: Duration = Duration::from_secs(10);

/// A worker, with a pipe to its standard input and one from its standard output.
#[derive(Debug)]
pub struct WorkerProcess {
    pub name: String,
    pub child: Child,
}

/// Returns the command that starts this program again as a worker.
pub fn command(name: &str, role: &str) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["worker", name, role]);
    Ok(command)
}

/// Starts a worker, gives it one job, and returns its answer once it has ended well.
pub fn call<R: DeserializeOwned>(
    name: &str,
    role: &str,
    job: &impl Serialize,
) -> Result<R, WorkerError> {
    let mut worker = WorkerProcess::start(name, role).map_err(|why| WorkerError::new(name, why))?;
    let answer = worker.ask(job);
    let end = worker.finish();

    match (answer, end) {
        (Ok(answer), Ok(())) => Ok(answer),
        // How it ended has the last word over what it sent.
        (Ok(_), Err(end)) => Err(end),
        (Err(error), Ok(())) => Err(error),
        (Err(error), Err(end)) => Err(WorkerError::new(
            name,
            format_args!("{}, and {}", error.why, end.why),
        )),
    }
}

impl WorkerProcess {
    /// Starts a worker.
    pub fn start(name: &str, role: &str) -> io::Result<WorkerProcess> {
        let mut command = command(name, role)?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        WorkerProcess::spawn(name, &mut command)
    }

    /// Starts a worker with a third pipe, from its standard error.
    pub fn start_with_stderr(name: &str, role: &str) -> io::Result<WorkerProcess> {
        let mut command = command(name, role)?;
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .env("RUST_BACKTRACE", "0");
        WorkerProcess::spawn(name, &mut command)
    }

    fn spawn(name: &str, command: &mut Command) -> io::Result<WorkerProcess> {
        let child = spawn(command, name)?;
        let name = name.to_owned();
        Ok(WorkerProcess { name, child })
    }

    /// Returns the pipe to the worker.
    pub fn input(&mut self) -> &mut ChildStdin {
        let input = self.child.stdin.as_mut();
        input.expect("it was asked to be piped")
    }

    /// Returns the pipe from the worker.
    pub fn output(&mut self) -> &mut ChildStdout {
        let output = self.child.stdout.as_mut();
        output.expect("it was asked to be piped")
    }

    /// Sends a job.
    pub fn send(&mut self, job: &impl Serialize) -> Result<(), WorkerError> {
        send(self.input(), job).map_err(|why| {
            WorkerError::new(&self.name, format_args!("does not take its job: {why}"))
        })
    }

    /// Waits for the next answer; `None` when the worker sends no more.
    pub fn receive<R: DeserializeOwned>(&mut self) -> Result<Option<R>, WorkerError> {
        let output = self.child.stdout.as_mut();
        receive_whole(output.expect("it was asked to be piped"), &self.name)
    }

    /// Waits for the next answer, which has to begin within `limit`.
    pub fn receive_within<R: DeserializeOwned>(
        &mut self,
        limit: Duration,
    ) -> Result<Option<R>, WorkerError> {
        match readable_within(self.output(), limit) {
            Ok(true) => self.receive(),
            Ok(false) => Err(WorkerError::new(&self.name, "took too long")),
            Err(why) => Err(WorkerError::new(&self.name, why)),
        }
    }

    /// Sends a job and waits for its answer.
    pub fn ask<R: DeserializeOwned>(&mut self, job: &impl Serialize) -> Result<R, WorkerError> {
        self.send(job)?;
        let answer = self.receive()?;
        answer.ok_or_else(|| WorkerError::new(&self.name, "sent nothing"))
    }

    /// Waits for the end of a worker that was started [with its standard error](WorkerProcess::start_with_stderr), and
    /// returns how it ended and what it complained about.
    pub fn last_words(mut self) -> io::Result<(Exit, String)> {
        let mut complaint = String::new();
        let errors = self.child.stderr.as_mut();
        errors
            .expect("it was asked to be piped")
            .read_to_string(&mut complaint)?;
        Ok((Exit::from(self.child.wait()?), complaint))
    }

    /// Closes the worker's input, so that it ends by itself, and looks at how it ended.
    pub fn finish(mut self) -> Result<(), WorkerError> {
        match self.end()? {
            Exit::Exited(0) => Ok(()),
            exit => Err(WorkerError::new(&self.name, exit)),
        }
    }

    /// Returns how a worker ended that sends no more.
    pub fn ended(mut self) -> WorkerError {
        match self.end() {
            Ok(exit) => WorkerError::new(&self.name, exit),
            Err(error) => error,
        }
    }

    fn end(&mut self) -> Result<Exit, WorkerError> {
        let status = self.child.wait_at_most(GOODBYE);
        let status = status.map_err(|why| WorkerError::new(&self.name, why))?;
        Ok(Exit::from(status))
    }
}
