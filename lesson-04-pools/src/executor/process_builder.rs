//! What a process pool will be like, said step by step.

use std::io;
use std::num::NonZero;
use std::process::Command;

use super::feeder::Plan;
use super::living::Living;
use super::process_pool::ProcessPool;
use super::shared_memory::Parcel;
use super::spares::Spares;
use super::worker::{Task, encode, is_forgotten};
use crate::sync::{Arc, Mutex};

/// What a pool will be like.
#[must_use]
pub struct ProcessPoolBuilder<T> {
    workers: Option<usize>,
    initializer: Option<T>,
    plan: Plan,
}

impl<T: Task> ProcessPool<T> {
    /// Begins to describe a pool.
    pub fn builder() -> ProcessPoolBuilder<T> {
        let plan = Plan {
            command: Box::new(|name| {
                // Where it cannot be found out, starting a worker fails, and the error shows this.
                let program =
                    std::env::current_exe().unwrap_or_else(|error| error.to_string().into());
                let mut command = Command::new(program);
                command.args(["worker", name]);
                command
            }),
            name_prefix: "worker".to_owned(),
            initializer: None,
            max_tasks_per_child: usize::MAX,
            retries: 0,
            spares: Spares::default(),
            living: Arc::new(Mutex::new(Living::default())),
            idle: Mutex::new(Vec::new()),
        };
        ProcessPoolBuilder {
            workers: None,
            initializer: None,
            plan,
        }
    }
}

impl<T: Task> ProcessPoolBuilder<T> {
    /// At most this many processes [default: as many as cores]. Each is started when a task finds all others busy.
    pub fn workers(self, workers: usize) -> Self {
        Self {
            workers: Some(workers),
            ..self
        }
    }

    /// What workers are called: `prefix-1`, `prefix-2` and so on [default: `worker`].
    pub fn name_prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.plan.name_prefix);
        self
    }

    /// A worker that has done so many tasks (or chunks of `map`) ends, and the next task gets a new one: its memory goes
    /// back to the system.
    pub fn max_tasks_per_child(mut self, tasks: usize) -> Self {
        self.plan.max_tasks_per_child = tasks;
        self
    }

    /// What each new worker does first. If that fails, the pool is broken: its tasks fail with
    /// [`Error::Broken`](super::Error::Broken).
    pub fn initializer(self, task: T) -> Self {
        Self {
            initializer: Some(task),
            ..self
        }
    }

    /// A task whose worker dies is tried so many times more [default: 0]. Only for tasks that may be done twice.
    pub fn retries(mut self, retries: usize) -> Self {
        self.plan.retries = retries;
        self
    }

    /// The command that starts the worker of this name [default: this program with the arguments `worker NAME`]. What
    /// it starts has to call [`worker::serve`](super::worker::serve).
    pub fn worker_command(
        mut self,
        command: impl Fn(&str) -> Command + Send + Sync + 'static,
    ) -> Self {
        self.plan.command = Box::new(command);
        self
    }

    /// The pool. It has no worker until there is a task.
    ///
    /// # Errors
    /// When it should have no workers, or workers that may do no task; when the initializer cannot be written as bytes;
    /// and in a process that was itself started as a worker and has not called [`worker::serve`](super::worker::serve).
    pub fn build(mut self) -> io::Result<ProcessPool<T>> {
        let cores = || std::thread::available_parallelism().map_or(1, NonZero::get);
        let workers = self.workers.unwrap_or_else(cores);
        if workers == 0 || self.plan.max_tasks_per_child == 0 {
            let why = "a pool needs at least one worker, and a worker at least one task";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        if is_forgotten() {
            let why = "this process was started as a worker: its `main` has to call `worker::serve` first";
            return Err(io::Error::other(why));
        }
        if let Some(task) = self.initializer {
            let message =
                encode(&Parcel::Tasks(vec![task]), Vec::new()).map_err(io::Error::other)?;
            self.plan.initializer = Some(message);
        }
        Ok(ProcessPool::new(workers, self.plan))
    }
}
