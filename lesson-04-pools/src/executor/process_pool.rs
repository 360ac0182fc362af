//! A process pool: jobs are values, and are done by this program started again.

use nix::sys::signal::Signal;

use super::Shutdown;
use super::crew::Crew;
use super::error::{Error, Outcome};
use super::feeder::{Plan, feed};
use super::handle::JobHandle;
use super::job::{Cell, Promise};
use super::lock;
use super::map::Map;
use super::order::{Order, Reply};
use super::queue::Queue;
use super::worker::Task;
use crate::sync::Arc;

/// A fixed number of worker processes that do any number of tasks. If one dies, its task fails with [`Error::Broken`]
/// and another worker takes its place. Dropping the pool waits until all tasks are done and all workers have ended.
pub struct ProcessPool<T: Task> {
    crew: Crew<Order<T>>,
    plan: Arc<Plan>,
}

impl<T: Task> ProcessPool<T> {
    pub(super) fn new(workers: usize, plan: Plan) -> ProcessPool<T> {
        let plan = Arc::new(plan);
        let feeders = Arc::clone(&plan);
        let work = move |queue: &Queue<Order<T>>, number: usize| feed(&feeders, queue, number);
        ProcessPool { crew: Crew::new("feeder".to_owned(), workers, work), plan }
    }

    /// Puts a task at the end of the queue and gives back its handle.
    ///
    /// # Errors
    /// [`Error::ShutDown`] when the pool takes no more tasks, [`Error::Broken`] when no worker can be had.
    pub fn submit(&self, task: T) -> Result<JobHandle<T::Output>, Error> {
        let cell = Cell::new();
        let reply = Reply::One(Promise(Arc::clone(&cell)));
        self.crew.submit(Order { tasks: vec![task], reply }).map(|()| JobHandle(cell))
    }

    /// The results of many tasks, as an iterator in the order of the tasks. See [`Map`].
    pub fn map<I: IntoIterator<Item = T>>(&self, tasks: I) -> Map<'_, I::IntoIter, T::Output> {
        let submit = move |tasks: Vec<T>| {
            let cell = Cell::<Vec<Outcome<T::Output>>>::new();
            let reply = Reply::Chunk(Promise(Arc::clone(&cell)));
            self.crew.submit(Order { tasks, reply }).map(|()| JobHandle(cell))
        };
        Map::new(tasks.into_iter(), Box::new(submit))
    }

    /// Takes no more tasks, and waits or does not wait for those that it has.
    pub fn shutdown(&self, how: Shutdown) {
        self.crew.shutdown(how);
    }

    /// Asks all workers to end (SIGTERM), and shuts down: what runs fails with [`Error::Broken`], what waits is
    /// cancelled.
    pub fn terminate_workers(&self) {
        self.end_workers(Signal::SIGTERM);
    }

    /// As [`terminate_workers`](Self::terminate_workers), and does not ask (SIGKILL). This also ends a task that never
    /// ends by itself, which with a thread is impossible.
    pub fn kill_workers(&self) {
        self.end_workers(Signal::SIGKILL);
    }

    fn end_workers(&self, signal: Signal) {
        self.crew.close();
        self.plan.signal_all(signal);
    }

    /// The process ids of the workers that are there now.
    pub fn worker_pids(&self) -> Vec<u32> {
        lock(&self.plan.living).pids.clone()
    }
}
