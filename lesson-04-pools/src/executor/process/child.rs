//! A worker process as the pool sees it: started, sent a message, asked for its answer, sent a signal, reaped.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, ErrorKind};
use std::process::{Command, ExitStatus, Stdio};

use common::frame::{FrameError, PATIENCE};
use common::process::{self, Child, Exit};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::de::DeserializeOwned;

use super::pipes::{Pipes, TO_END};
use super::protocol::{Answer, LARGE, PARENT};
use crate::executor::error::{Error, catch_panic};
use crate::executor::insights::{Meter, Meters};
use crate::executor::park::lock;
use crate::sync::{Arc, Mutex};

/// The settings of a pool: how its workers are started and used.
pub(super) struct Config {
    /// Returns the command that starts the worker of this name.
    pub(super) command: Box<dyn Fn(&str) -> Command + Send + Sync>,
    pub(super) name_prefix: String,
    /// A message for each new worker, before all others.
    pub(super) initializer: Option<Vec<u8>>,
    pub(super) max_tasks_per_child: usize,
    pub(super) retries: usize,
}

/// The workers that have not been reaped: a process id in this list cannot belong to any other process, and may be sent a
/// signal.
#[derive(Default)]
pub(super) struct Pids {
    /// The process ids by the workers' numbers, from 1. A worker that is just being started has none.
    pids: BTreeMap<usize, Option<u32>>,
    /// No more workers may be started.
    pub(super) closed: bool,
}

/// A worker process. Dropping it closes its standard input, which is its sign to end, and reaps it, or kills it first.
pub(super) struct Worker {
    pids: Arc<Mutex<Pids>>,
    pub(super) number: usize,
    name: String,
    child: Child,
    pipes: Option<Pipes>,
    /// The number of messages that it has answered.
    pub(super) answers: usize,
    meter: Option<Arc<Meter>>,
}

/// Why there is no answer.
pub(super) struct WorkerLost {
    /// The worker's name and what became of it.
    pub(super) why: String,
    /// It had the whole message.
    pub(super) had_message: bool,
}

impl Pids {
    /// Reserves the lowest number that is free.
    fn reserve(&mut self) -> usize {
        let taken = self.pids.keys().zip(1..);
        let taken = taken.take_while(|(number, place)| *number == place).count();

        let number = taken + 1;
        self.pids.insert(number, None);
        number
    }

    /// Sets the process id of a worker that was started. Returns false if it must not go on: the list is closed.
    fn set(&mut self, number: usize, pid: u32) -> bool {
        self.pids.insert(number, Some(pid));
        !self.closed
    }

    fn remove(&mut self, number: usize) {
        self.pids.remove(&number);
    }

    pub(super) fn all(&self) -> Vec<u32> {
        self.pids.values().flatten().copied().collect()
    }

    /// Sends all workers a signal, and lets no more be started.
    pub(super) fn signal_all(&mut self, signal: Signal) {
        self.closed = true;
        for pid in self.all() {
            if let Ok(pid) = i32::try_from(pid) {
                let _ = kill(Pid::from_raw(pid), signal);
            }
        }
    }
}

impl Worker {
    /// Starts a worker and has it do the initializer. The error says why it cannot be had; the next one would fare no
    /// better.
    pub(super) fn start<O: DeserializeOwned>(
        config: &Config,
        pids: &Arc<Mutex<Pids>>,
        meters: Option<&Meters>,
    ) -> Result<Box<Worker>, Error> {
        let number = lock(pids).reserve();
        let name = format!("{}-{number}", config.name_prefix);
        let cannot = |why: &dyn Display| Error::Broken(format!("{name} cannot be started: {why}"));

        let child = catch_panic(|| (config.command)(&name))
            .map_err(|error| cannot(&error))
            .and_then(|command| spawn(command, &name).map_err(|error| cannot(&error)));
        let child = child.inspect_err(|_| lock(pids).remove(number))?;

        let mut worker = Box::new(Worker {
            pids: Arc::clone(pids),
            number,
            name: name.clone(),
            child,
            pipes: None,
            answers: 0,
            meter: None,
        });

        if !lock(pids).set(number, worker.child.id()) {
            let _ = worker.child.kill();
            return Err(Error::Broken("the workers have been ended".to_owned()));
        }

        let ends = worker.child.stdin.take().zip(worker.child.stdout.take());
        let (tasks, answers) = ends.expect("both were asked to be piped");
        let pipes = Pipes::new(tasks, answers, PATIENCE).map_err(|error| cannot(&error))?;
        worker.pipes = Some(pipes);

        if let Some(message) = &config.initializer {
            worker.initialize::<O>(message)?;
        }
        worker.meter = meters.map(|meters| meters.start(name));
        Ok(worker)
    }

    fn initialize<O: DeserializeOwned>(&mut self, message: &[u8]) -> Result<(), Error> {
        let answer = self
            .send(message)
            .and_then(|()| self.receive::<O>(message, 1));
        let outcomes = answer.unwrap_or_else(|lost| Err(Error::Broken(lost.why)));
        let done =
            outcomes.and_then(|outcomes| outcomes.into_iter().collect::<Result<Vec<_>, _>>());

        let failed = |error| {
            let name = &self.name;
            Error::Broken(format!("the initializer of {name} failed: {error}"))
        };
        done.map(drop).map_err(failed)
    }

    fn pipes(&mut self) -> &mut Pipes {
        self.pipes.as_mut().expect("it has them until it is reaped")
    }

    /// Sends a message. If that fails, the worker has not begun with it, and is of no more use.
    pub(super) fn send(&mut self, message: &[u8]) -> Result<(), WorkerLost> {
        self.meter.as_ref().inspect(|meter| meter.begin());
        self.pipes().send(message).map_err(|error| WorkerLost {
            why: self.end_after(error),
            had_message: false,
        })
    }

    /// Waits for the answer to a message of `tasks` tasks that the worker was sent. If there is none, the worker is of no
    /// more use.
    pub(super) fn receive<O: DeserializeOwned>(
        &mut self,
        message: &[u8],
        tasks: usize,
    ) -> Result<Answer<O>, WorkerLost> {
        let mut received = self.receive_bytes()?;
        if received.is_empty() && self.pipes().shared.is_in_use() {
            // The worker cannot open the shared memory: the message has to go through the pipe.
            self.pipes().shared.disable();
            self.send(message)?;
            received = self.receive_bytes()?;
        }
        self.meter.as_ref().inspect(|meter| meter.end());

        // What comes from another process is checked, not believed.
        let decoded = catch_panic(|| postcard::from_bytes::<Answer<O>>(&received));
        let why = match decoded {
            Ok(Ok(Ok(outcomes))) if outcomes.len() != tasks => {
                self.kill_for("another number of results")
            }
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(why)) => self.kill_for(why),
            Err(why) => self.kill_for(why),
        };
        Err(WorkerLost {
            why,
            had_message: true,
        })
    }

    fn receive_bytes(&mut self) -> Result<Vec<u8>, WorkerLost> {
        let received = self.pipes().receive();
        let bytes = received.and_then(|bytes| bytes.ok_or(FrameError::Truncated));
        bytes.map_err(|error| WorkerLost {
            why: self.end_after(error),
            had_message: true,
        })
    }

    /// Whether a message of this length can be sent without waiting.
    pub(super) fn takes_at_once(&self, length: usize) -> bool {
        let shared = self.pipes.as_ref().map(|pipes| &pipes.shared);
        length <= LARGE || shared.is_some_and(|shared| shared.takes(length))
    }

    /// Whether there is an answer to be received, or its beginning.
    pub(super) fn has_answer(&self) -> bool {
        self.pipes.as_ref().is_some_and(Pipes::has_answer)
    }

    /// Ends the worker after one of its pipes has failed. Returns what became of it.
    fn end_after(&mut self, error: FrameError) -> String {
        match error {
            FrameError::Io(error) if error.kind() == ErrorKind::InvalidData => self.kill_for(error),
            FrameError::Io(_) | FrameError::Truncated => self.reap_reason(),
            other => self.kill_for(other),
        }
    }

    /// Kills the worker for what it sent.
    fn kill_for(&mut self, reason: impl Display) -> String {
        let _ = self.child.kill();
        self.says(format_args!("sent nonsense: {reason}"))
    }

    /// Reaps the worker, whose standard output has ended: it has ended itself, or is about to. Returns how.
    fn reap_reason(&mut self) -> String {
        if let Some(pipes) = &self.pipes {
            pipes.wait_for_end();
        }

        // No effect on a process that has ended already.
        let _ = self.child.kill();
        match self.reap() {
            Ok(status) => self.says(Exit::from(status)),
            Err(error) => self.says(error),
        }
    }

    fn says(&self, what: impl Display) -> String {
        format!("{} (process {}) {what}", self.name, self.child.id())
    }

    fn reap(&mut self) -> io::Result<ExitStatus> {
        if self.pipes.take().is_some_and(|pipes| !pipes.close()) {
            let _ = self.child.kill();
        }

        // Out of the list first: once it is reaped, its process id may be given to another process.
        lock(&self.pids).remove(self.number);
        // One that has closed its pipes may still live on.
        self.child.wait_at_most(TO_END)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.reap();
    }
}

fn spawn(mut command: Command, name: &str) -> io::Result<Child> {
    command
        .env(PARENT, std::process::id().to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    process::spawn(&mut command, name)
}
