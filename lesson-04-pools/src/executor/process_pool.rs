//! A process pool: jobs are values, and are done by this program started again.

use std::fmt::Display;
use std::marker::PhantomData;

use common::frame;
use nix::sys::signal::Signal;

use super::Shutdown;
use super::crew::Crew;
use super::error::{Error, Fail};
use super::feeder::{Plan, feed};
use super::handle::JobHandle;
use super::job::Cell;
use super::loans::Loan;
use super::lock;
use super::map::Map;
use super::office::Office;
use super::order::{Message, Order, Reply};
use super::queue::Queue;
use super::shared_memory::Parcel;
use super::spares::Spares;
use super::worker::Task;
use crate::sync::Arc;

/// A fixed number of worker processes that do any number of tasks. If one dies, its task fails with [`Error::Broken`]
/// and another worker takes its place. Dropping the pool waits until all tasks are done and all workers have ended.
///
/// On Linux, tasks of more than 16 KiB (or chunks of `map`, as bytes) reach a worker through shared memory. What is kept
/// for that is as large as the largest of them so far, at most 64 MiB: for each worker until it ends, and two buffers until
/// the pool is dropped.
pub struct ProcessPool<T: Task> {
    office: Arc<Office<T::Output>>,
    crew: Crew<Order<T::Output>>,
    /// It takes tasks in, and keeps none.
    takes: PhantomData<fn(T)>,
}

impl<T: Task> ProcessPool<T> {
    pub(super) fn new(workers: usize, plan: Plan) -> ProcessPool<T> {
        let plan = Arc::new(plan);
        let feeders = Arc::clone(&plan);
        let work = move |queue: &Queue<Order<T::Output>>, number| feed(&feeders, queue, number);
        // A feeder does not look for orders: where they come one by one it is not needed.
        let crew = Crew::new("feeder".to_owned(), Queue::new(workers, false), work);
        ProcessPool {
            office: Office::new(plan, Arc::clone(&crew.queue)),
            crew,
            takes: PhantomData,
        }
    }

    /// Puts a task at the end of the queue and gives back its handle.
    ///
    /// # Errors
    /// [`Error::ShutDown`] when the pool takes no more tasks, [`Error::Broken`] when no worker can be had.
    pub fn submit(&self, task: T) -> Result<JobHandle<T::Output>, Error> {
        self.order(&[task], Reply::One)
    }

    /// The results of many tasks, as an iterator in the order of the tasks. See [`Map`].
    pub fn map<I: IntoIterator<Item = T>>(&self, tasks: I) -> Map<'_, I::IntoIter, T::Output> {
        Map::new(
            tasks.into_iter(),
            Box::new(|tasks: super::chunk::Few<T>| self.order(&tasks, Reply::Chunk)),
        )
    }

    /// Gives tasks to a worker that is idle, or to the queue, unless they cannot be sent at all.
    fn order<R: Send + 'static>(
        &self,
        tasks: &[T],
        reply: fn(Message<R>) -> Reply<T::Output>,
    ) -> Result<JobHandle<R>, Error> {
        let (message, problem) = written(&self.office.plan.spares, tasks);
        let (length, cell) = (message.len(), Cell::new(message));
        let order = Order {
            tasks: tasks.len(),
            reply: reply(Arc::clone(&cell) as _),
            begun: None,
        };
        if let Some(problem) = problem {
            order.fail(problem);
            return Ok(JobHandle::new(cell));
        }
        let loan = self.office.lend(order, length).or_else(|order| {
            self.crew.submit(order)?;
            // It waits for any worker, also for one that is lent.
            self.office.recall();
            Ok(Loan::default())
        })?;
        Ok(JobHandle {
            loan,
            ..JobHandle::new(cell)
        })
    }

    /// Takes no more tasks, and waits or does not wait for those that it has.
    pub fn shutdown(&self, how: Shutdown) {
        self.office.close(Error::ShutDown);
        self.crew.shutdown(how);
    }

    /// Asks all workers to end (SIGTERM), and shuts down: what runs fails with [`Error::Broken`], what waits is
    /// cancelled.
    pub fn terminate_workers(&self) {
        self.office.end_workers(Signal::SIGTERM);
    }

    /// As [`terminate_workers`](Self::terminate_workers), and does not ask (SIGKILL). This also ends a task that never
    /// ends by itself, which with a thread is impossible.
    pub fn kill_workers(&self) {
        self.office.end_workers(Signal::SIGKILL);
    }

    /// The process ids of the workers that are there now.
    pub fn worker_pids(&self) -> Vec<u32> {
        lock(&self.office.plan.living).pids()
    }
}

/// The crew is dropped next, and waits.
impl<T: Task> Drop for ProcessPool<T> {
    fn drop(&mut self) {
        self.office.close(Error::ShutDown);
    }
}

/// Tasks as bytes, or why they cannot be sent.
fn written<T: Task>(spares: &Spares, tasks: &[T]) -> (Vec<u8>, Option<Error>) {
    let cannot = |why: &dyn Display| {
        (
            Vec::new(),
            Some(Error::Broken(format!("the task cannot be sent: {why}"))),
        )
    };
    match spares.encode(&Parcel::Tasks(tasks)) {
        Ok(message) if message.len() <= frame::LIMIT as usize => (message, None),
        Ok(message) => cannot(&format_args!("{} bytes are too many", message.len())),
        Err(error) => cannot(&error),
    }
}
