//! A thread pool: jobs are closures.

use std::io;
use std::num::NonZero;

use crate::executor::error::{Error, catch_panic};
use crate::executor::handle::{JobHandle, job};
use crate::executor::insights::{Meters, WorkerInsight};
use crate::executor::job::Runnable;
use crate::executor::map::{Chunk, Map};
use crate::executor::queue::{Queue, Queued};
use crate::executor::workers::{Shutdown, Workers};
use crate::sync::Arc;

/// A fixed number of threads that do any number of jobs. Dropping the pool waits until all jobs are done, except from
/// inside one of its own jobs.
pub struct ThreadPool {
    pub(super) workers: Workers<Arc<dyn Runnable>>,
    meters: Option<Arc<Meters>>,
}

impl ThreadPool {
    /// Returns a builder with the default settings.
    pub fn builder() -> ThreadPoolBuilder {
        ThreadPoolBuilder {
            workers: std::thread::available_parallelism().map_or(1, NonZero::get),
            name_prefix: "pool".to_owned(),
            initializer: Box::new(|| ()),
            meters: None,
        }
    }

    /// Puts a job at the end of the queue and returns its handle.
    ///
    /// # Errors
    /// [`Error::ShutDown`] when the pool takes no more jobs, [`Error::Broken`] when it has no thread to do them.
    pub fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<JobHandle<T>, Error> {
        let (job, mut handle) = job(work);
        handle.spin = self.workers.submit(job)?;
        Ok(handle)
    }

    /// Does `work` for each item. Returns an iterator over the results in the order of the items; see [`Map`].
    pub fn map<I, R>(
        &self,
        items: I,
        work: impl Fn(I::Item) -> R + Send + Sync + 'static,
    ) -> Map<'_, I::IntoIter, R>
    where
        I: IntoIterator<Item: Send + 'static>,
        R: Send + 'static,
    {
        let work = Arc::new(work);
        Map::new(items.into_iter(), move |chunk: Chunk<I::Item>| {
            let work = Arc::clone(&work);
            // Each item by itself: if one panics, the others of its chunk still have a result.
            let each = move |item| catch_panic(|| work(item));
            self.submit(move || chunk.into_iter().map(each).collect())
        })
    }

    /// Takes no more jobs, and waits or does not wait for those that it has. From inside one of its own jobs it never
    /// waits: the job would wait for itself.
    pub fn shutdown(&self, how: Shutdown) {
        self.workers.shutdown(how);
    }

    /// Returns the number of threads that have been started so far and are there.
    pub fn workers(&self) -> usize {
        self.workers.count()
    }

    /// Returns how the threads that are there have spent their time so far, in the order in which they were ready. It
    /// is empty unless the builder was told to measure: [`insights`](ThreadPoolBuilder::insights).
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let pool = lesson_04_pools::executor::ThreadPool::builder().workers(2).insights().build()?;
    /// let sum: u64 = pool.map(1..=1000, |n| n * n).filter_map(Result::ok).sum();
    /// assert_eq!(sum, 333_833_500);
    /// for worker in pool.insights() {
    ///     println!("{}: {:.0} % busy", worker.name, 100.0 * worker.busy_share());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn insights(&self) -> Vec<WorkerInsight> {
        let meters = self.meters.as_ref();
        meters.map_or_else(Vec::new, |meters| meters.read())
    }
}

/// The settings of a pool to be.
#[must_use]
pub struct ThreadPoolBuilder {
    workers: usize,
    name_prefix: String,
    initializer: Box<dyn Fn() + Send + Sync>,
    meters: Option<Arc<Meters>>,
}

impl ThreadPoolBuilder {
    /// Sets the number of threads [default: as many as cores]. Each is started when a job finds all others busy.
    pub fn workers(self, workers: usize) -> Self {
        Self { workers, ..self }
    }

    /// Sets the names of the threads: `prefix-1`, `prefix-2` and so on [default: `pool`].
    pub fn name_prefix(self, prefix: &str) -> Self {
        Self {
            name_prefix: prefix.to_owned(),
            ..self
        }
    }

    /// Sets a function that each thread calls first. If it panics, the pool is broken: its jobs fail with
    /// [`Error::Broken`].
    pub fn initializer(self, initializer: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            initializer: Box::new(initializer),
            ..self
        }
    }

    /// Measures how each thread spends its time, for [`ThreadPool::insights`] [default: it does not]. That takes some
    /// 100 ns a job.
    pub fn insights(self) -> Self {
        Self {
            meters: Some(Arc::default()),
            ..self
        }
    }

    /// Returns the pool. It has no thread until there is a job.
    ///
    /// # Errors
    /// When it should have no workers at all, or its threads a name with a zero byte in it.
    pub fn build(self) -> io::Result<ThreadPool> {
        if self.workers == 0 {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a pool needs at least one worker",
            ));
        }
        if self.name_prefix.contains('\0') {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a thread's name has no zero byte",
            ));
        }

        let initializer = self.initializer;
        let prefix = self.name_prefix.clone();
        let meters = self.meters.clone();
        let run = move |queue: &Queue<Arc<dyn Runnable>>, number: usize| {
            let name = format!("{prefix}-{number}");
            if let Err(error) = catch_panic(&initializer) {
                let why = format!("the initializer of {name} failed: {error}");
                return queue.give_up(&Error::Broken(why));
            }

            let meter = meters.as_ref().map(|meters| meters.start(name));
            while let Some(job) = queue.pop() {
                meter.as_ref().inspect(|meter| meter.begin());
                // Caught once more: dropping what a job held may panic as well.
                let _ = catch_panic(move || job.run());
                meter.as_ref().inspect(|meter| meter.end());
            }
        };

        Ok(ThreadPool {
            workers: Workers::new(self.name_prefix, Queue::new(self.workers, true), run),
            meters: self.meters,
        })
    }
}

impl Queued for Arc<dyn Runnable> {
    fn fail(self, error: Error) {
        Runnable::fail(&*self, error);
    }
}
