//! A process pool: jobs are values, and are done by this program started again.

use std::fmt::Display;
use std::io;
use std::marker::PhantomData;
use std::num::NonZero;
use std::process::Command;

use common::frame;
use nix::sys::signal::Signal;

use super::child::Config;
use super::direct::Direct;
use super::dispatcher::{Shared, dispatch_all};
use super::protocol::{BufferPool, Payload, Task, encode};
use super::request::{MessageSlot, Reply, Request};
use super::worker::is_forgotten;
use crate::executor::error::Error;
use crate::executor::handle::JobHandle;
use crate::executor::insights::{Meters, WorkerInsight};
use crate::executor::job::Slot;
use crate::executor::map::{Chunk, Map};
use crate::executor::park::lock;
use crate::executor::queue::{Queue, Queued};
use crate::executor::workers::{Shutdown, Workers};
use crate::sync::Arc;

/// A fixed number of worker processes that do any number of tasks. If one dies, its task fails with [`Error::Broken`]
/// and another worker takes its place. Dropping the pool waits until all tasks are done and all workers have ended.
///
/// On Linux, tasks of more than 16 KiB (or chunks of `map`, as bytes) reach a worker through shared memory. What is kept
/// for that is as large as the largest of them so far, at most 64 MiB: for each worker until it ends, and two buffers until
/// the pool is dropped.
pub struct ProcessPool<T: Task> {
    shared: Arc<Shared>,
    direct: Arc<Direct<T::Output>>,
    dispatchers: Workers<Request<T::Output>>,
    /// It takes tasks in, and keeps none.
    takes: PhantomData<fn(T)>,
}

impl<T: Task> ProcessPool<T> {
    /// Returns a builder with the default settings.
    pub fn builder() -> ProcessPoolBuilder<T> {
        let command = |name: &str| {
            // Where it cannot be found out, starting a worker fails, and the error shows this.
            let program = std::env::current_exe().unwrap_or_else(|error| error.to_string().into());
            let mut command = Command::new(program);
            command.args(["worker", name]);
            command
        };

        ProcessPoolBuilder {
            workers: None,
            initializer: None,
            meters: None,
            config: Config {
                command: Box::new(command),
                name_prefix: "worker".to_owned(),
                initializer: None,
                max_tasks_per_child: usize::MAX,
                retries: 0,
            },
        }
    }

    fn new(workers: usize, config: Config, meters: Option<Meters>) -> ProcessPool<T> {
        let shared = Arc::new(Shared::new(config, meters));
        let dispatchers = {
            let shared = Arc::clone(&shared);
            let run = move |queue: &Queue<_>, number| dispatch_all(&shared, queue, number);
            // A dispatcher does not spin for requests: where they come one by one it is not needed.
            Workers::new("dispatcher".to_owned(), Queue::new(workers, false), run)
        };

        let direct = Direct::new(Arc::clone(&shared), Arc::clone(&dispatchers.queue));
        ProcessPool {
            shared,
            direct,
            dispatchers,
            takes: PhantomData,
        }
    }

    /// Puts a task at the end of the queue and returns its handle.
    ///
    /// # Errors
    /// [`Error::ShutDown`] when the pool takes no more tasks, [`Error::Broken`] when no worker can be had.
    pub fn submit(&self, task: T) -> Result<JobHandle<T::Output>, Error> {
        self.request(&[task], Reply::One)
    }

    /// Does many tasks. Returns an iterator over the results in the order of the tasks; see [`Map`].
    pub fn map<I: IntoIterator<Item = T>>(&self, tasks: I) -> Map<'_, I::IntoIter, T::Output> {
        Map::new(tasks.into_iter(), |chunk: Chunk<T>| {
            self.request(&chunk, Reply::Chunk)
        })
    }

    /// Sends tasks to a worker that is idle, or puts them into the queue, unless they cannot be sent at all.
    fn request<R: Send + 'static>(
        &self,
        tasks: &[T],
        reply: fn(MessageSlot<R>) -> Reply<T::Output>,
    ) -> Result<JobHandle<R>, Error> {
        let encoded = encode_tasks(&self.shared.buffers, tasks);
        let problem = encoded.as_ref().err().cloned();
        let message = encoded.unwrap_or_default();
        let length = message.len();
        let slot = Slot::new(message);
        let request = Request {
            tasks: tasks.len(),
            reply: reply(Arc::clone(&slot)),
            in_flight: None,
        };

        let mut handle = JobHandle::new(slot);
        if let Some(problem) = problem {
            request.fail(problem);
            return Ok(handle);
        }

        match self.direct.send_now(request, length) {
            Ok(driver) => handle.driver = Some(driver),
            Err(request) => {
                self.dispatchers.submit(request)?;
                // It waits for any worker, also for one that a caller has.
                self.direct.all_to_dispatchers();
            }
        }
        Ok(handle)
    }

    /// Takes no more tasks, and waits or does not wait for those that it has.
    pub fn shutdown(&self, how: Shutdown) {
        self.close();
        self.dispatchers.shutdown(how);
    }

    /// Takes no more requests. Those that have begun are then with dispatchers.
    fn close(&self) {
        self.dispatchers.queue.close(Error::ShutDown);
        self.direct.all_to_dispatchers();
    }

    /// Asks all workers to end (SIGTERM), and shuts down: what runs fails with [`Error::Broken`], what waits is
    /// cancelled.
    pub fn terminate_workers(&self) {
        self.end_workers(Signal::SIGTERM);
    }

    /// Ends all workers without asking (SIGKILL), otherwise as [`terminate_workers`](Self::terminate_workers). This also
    /// ends a task that never ends by itself, which with a thread is impossible.
    pub fn kill_workers(&self) {
        self.end_workers(Signal::SIGKILL);
    }

    fn end_workers(&self, signal: Signal) {
        self.close();
        let pending = self.dispatchers.queue.take_pending();

        lock(&self.shared.pids).signal_all(signal);
        // Last: a callback may wait for the workers' end.
        for request in pending {
            request.fail(Error::Cancelled);
        }
    }

    /// Returns the process ids of the workers that are there now.
    pub fn worker_pids(&self) -> Vec<u32> {
        lock(&self.shared.pids).all()
    }

    /// Returns how the workers that are there have spent their time so far, in the order in which they were ready. It
    /// is empty unless the builder was told to measure: [`insights`](ProcessPoolBuilder::insights). A worker is busy
    /// from when it is sent tasks until its answer is received.
    pub fn insights(&self) -> Vec<WorkerInsight> {
        let meters = self.shared.meters.as_ref();
        meters.map_or_else(Vec::new, Meters::read)
    }
}

/// The dispatchers are dropped next, and wait.
impl<T: Task> Drop for ProcessPool<T> {
    fn drop(&mut self) {
        self.close();
    }
}

/// Writes tasks as bytes. The error says why they cannot be sent.
fn encode_tasks<T: Task>(buffers: &BufferPool, tasks: &[T]) -> Result<Vec<u8>, Error> {
    let cannot = |why: &dyn Display| Error::Broken(format!("the task cannot be sent: {why}"));
    let message = buffers
        .encode(&Payload::Inline(tasks))
        .map_err(|error| cannot(&error))?;

    if message.len() > frame::LIMIT as usize {
        let length = message.len();
        return Err(cannot(&format_args!("{length} bytes are too many")));
    }
    Ok(message)
}

/// The settings of a pool to be.
#[must_use]
pub struct ProcessPoolBuilder<T> {
    workers: Option<usize>,
    initializer: Option<T>,
    meters: Option<Meters>,
    config: Config,
}

impl<T: Task> ProcessPoolBuilder<T> {
    /// Sets the number of processes [default: as many as cores]. Each is started when a task finds all others busy.
    pub fn workers(self, workers: usize) -> Self {
        Self {
            workers: Some(workers),
            ..self
        }
    }

    /// Sets the names of the workers: `prefix-1`, `prefix-2` and so on [default: `worker`].
    pub fn name_prefix(mut self, prefix: &str) -> Self {
        prefix.clone_into(&mut self.config.name_prefix);
        self
    }

    /// Ends a worker that has done this many tasks (or chunks of `map`), and gives the next task a new one: its memory
    /// returns to the system.
    pub fn max_tasks_per_child(mut self, tasks: usize) -> Self {
        self.config.max_tasks_per_child = tasks;
        self
    }

    /// Sets a task that each new worker does first. If it fails, the pool is broken: its tasks fail with
    /// [`Error::Broken`].
    pub fn initializer(self, task: T) -> Self {
        Self {
            initializer: Some(task),
            ..self
        }
    }

    /// Sets how many more times a task is tried whose worker dies [default: 0]. Only for tasks that may be done twice.
    pub fn retries(mut self, retries: usize) -> Self {
        self.config.retries = retries;
        self
    }

    /// Measures how each worker spends its time, for [`ProcessPool::insights`] [default: it does not]. That takes some
    /// 100 ns a task.
    pub fn insights(self) -> Self {
        Self {
            meters: Some(Meters::default()),
            ..self
        }
    }

    /// Sets the command that starts the worker of this name [default: this program with the arguments `worker NAME`].
    /// What it starts has to call [`worker::serve`](super::worker::serve).
    pub fn worker_command(
        mut self,
        command: impl Fn(&str) -> Command + Send + Sync + 'static,
    ) -> Self {
        self.config.command = Box::new(command);
        self
    }

    /// Returns the pool. It has no worker until there is a task.
    ///
    /// # Errors
    /// When it should have no workers, or workers that may do no task; when the initializer cannot be written as bytes;
    /// and in a process that was itself started as a worker and has not called [`worker::serve`](super::worker::serve).
    pub fn build(mut self) -> io::Result<ProcessPool<T>> {
        let cores = || std::thread::available_parallelism().map_or(1, NonZero::get);
        let workers = self.workers.unwrap_or_else(cores);
        if workers == 0 || self.config.max_tasks_per_child == 0 {
            let why = "a pool needs at least one worker, and a worker at least one task";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        if is_forgotten() {
            let why = "this process was started as a worker: its `main` has to call `worker::serve` first";
            return Err(io::Error::other(why));
        }

        if let Some(task) = self.initializer {
            let message = Payload::Inline(vec![task]);
            let message = encode(&message, Vec::new()).map_err(io::Error::other)?;
            self.config.initializer = Some(message);
        }

        Ok(ProcessPool::new(workers, self.config, self.meters))
    }
}
