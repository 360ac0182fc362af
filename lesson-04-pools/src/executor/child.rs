//! A worker process as the pool sees it: a process id and two pipes.

use std::fmt::Display;
use std::io;
use std::process::{ExitStatus, Stdio};

use common::frame::PATIENCE;
use common::process::{self, Child, How};
use serde::de::DeserializeOwned;

use super::error::{Error, catch};
use super::feeder::Plan;
use super::living::Living;
use super::lock;
use super::pipes::{Pipes, TO_END};
use super::worker::PARENT;
use crate::sync::{Arc, Mutex};

/// A worker process. Dropping it closes its standard input, which is its sign to end, and reaps it, or kills it first.
pub(super) struct Worker {
    living: Arc<Mutex<Living>>,
    pub(super) number: usize,
    name: String,
    child: Child,
    pub(super) pipes: Option<Pipes>,
    /// How many messages it has answered.
    pub(super) answers: usize,
}

impl Worker {
    /// The error says that it cannot be started, and that the next one would fare no better.
    /// Its first answer must be waited for in this thread: until then it does not outlive it, see `watch`.
    pub(super) fn start<O: DeserializeOwned>(plan: &Plan) -> Result<Box<Worker>, Error> {
        let living = Arc::clone(&plan.living);
        let number = lock(&living).add();
        let name = format!("{}-{number}", plan.name_prefix);
        let failed =
            |error: &dyn Display| Error::Broken(format!("{name} cannot be started: {error}"));
        let spawn = || {
            let mut command = catch(|| (plan.command)(&name)).map_err(|error| failed(&error))?;
            command
                .env(PARENT, std::process::id().to_string())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped());
            process::spawn(&mut command, &name).map_err(|error| failed(&error))
        };
        let mut child = spawn().inspect_err(|_| lock(&living).remove(number))?;
        let ends = child
            .stdin
            .take()
            .zip(child.stdout.take())
            .expect("both were asked to be piped");
        let mut worker = Box::new(Worker {
            living,
            number,
            name: name.clone(),
            child,
            pipes: None,
            answers: 0,
        });
        if !lock(&worker.living).has_started(number, worker.child.id()) {
            let _ = worker.child.kill();
            return Err(Error::Broken("the workers have been ended".to_owned()));
        }
        worker.pipes = Some(Pipes::new(ends.0, ends.1, PATIENCE).map_err(|error| failed(&error))?);
        if let Some(message) = &plan.initializer {
            let answer = worker
                .send(message)
                .and_then(|()| worker.receive::<O>(message, 1));
            let answer = answer.unwrap_or_else(|lost| Err(Error::Broken(lost.why)));
            let outcome =
                answer.and_then(|outcomes| outcomes.into_iter().collect::<Result<Vec<_>, _>>());
            let failed =
                |error| Error::Broken(format!("the initializer of {name} failed: {error}"));
            outcome.map_err(failed)?;
        }
        Ok(worker)
    }

    fn says(&self, what: impl Display) -> String {
        format!("{} (process {}) {what}", self.name, self.child.id())
    }

    pub(super) fn is_mad(&mut self, why: impl Display) -> String {
        let _ = self.child.kill();
        self.says(format_args!("sent nonsense: {why}"))
    }

    /// Its standard output has ended, so it has ended or is about to. How?
    pub(super) fn is_gone(&mut self) -> String {
        if let Some(pipes) = &self.pipes {
            pipes.wait_for_end();
        }
        // Does nothing to who has ended already.
        let _ = self.child.kill();
        let how = self.reap().map_or_else(
            |error| error.to_string(),
            |status| How::from(status).to_string(),
        );
        self.says(how)
    }

    fn reap(&mut self) -> io::Result<ExitStatus> {
        if self.pipes.take().is_some_and(|pipes| !pipes.close()) {
            let _ = self.child.kill();
        }
        // Out of the list first: once it is reaped, its number may be given to another process.
        lock(&self.living).remove(self.number);
        // One that has closed its pipes may still live on.
        self.child.wait_at_most(TO_END)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.reap();
    }
}
