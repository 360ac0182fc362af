//! A thread pool: jobs are closures.

use std::io;
use std::num::NonZero;

use super::Shutdown;
use super::chunk::Few;
use super::crew::{Crew, give_up};
use super::error::{Error, catch};
use super::handle::JobHandle;
use super::map::Map;
use super::queue::Queue;
use super::work::{Job, job};
use crate::sync::Arc;

/// A fixed number of threads that do any number of jobs. Dropping the pool waits until all jobs are done, except from
/// inside one of its own jobs.
pub struct ThreadPool {
    pub(super) crew: Crew<Arc<dyn Job>>,
}

/// What a pool will be like.
#[must_use]
pub struct ThreadPoolBuilder {
    workers: usize,
    name_prefix: String,
    initializer: Box<dyn Fn() + Send + Sync>,
}

impl ThreadPoolBuilder {
    /// At most this many threads [default: as many as cores]. Each is started when a job finds all others busy.
    pub fn workers(self, workers: usize) -> Self {
        Self { workers, ..self }
    }

    /// What threads are called: `prefix-1`, `prefix-2` and so on [default: `pool`].
    pub fn name_prefix(self, prefix: &str) -> Self {
        Self {
            name_prefix: prefix.to_owned(),
            ..self
        }
    }

    /// What each thread does first. If that panics, the pool is broken: its jobs fail with [`Error::Broken`].
    pub fn initializer(self, initializer: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            initializer: Box::new(initializer),
            ..self
        }
    }

    /// The pool. It has no thread until there is a job.
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
        let (initializer, prefix) = (self.initializer, self.name_prefix.clone());
        let work = move |queue: &Queue<Arc<dyn Job>>, number: usize| {
            if let Err(error) = catch(&initializer) {
                let why = format!("the initializer of {prefix}-{number} failed: {error}");
                return give_up(queue, &Error::Broken(why));
            }
            while let Some(job) = queue.pop() {
                // Caught once more: dropping what a job held may panic as well.
                let _ = catch(move || job.run());
            }
        };
        Ok(ThreadPool {
            crew: Crew::new(self.name_prefix, Queue::new(self.workers, true), work),
        })
    }
}

impl ThreadPool {
    /// Begins to describe a pool.
    pub fn builder() -> ThreadPoolBuilder {
        let workers = std::thread::available_parallelism().map_or(1, NonZero::get);
        ThreadPoolBuilder {
            workers,
            name_prefix: "pool".to_owned(),
            initializer: Box::new(|| ()),
        }
    }

    /// Puts a job at the end of the queue and gives back its handle.
    ///
    /// # Errors
    /// [`Error::ShutDown`] when the pool takes no more jobs, [`Error::Broken`] when it has none who could do them.
    pub fn submit<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<JobHandle<T>, Error> {
        let (job, mut handle) = job(work);
        handle.soon = self.crew.submit(job)?;
        Ok(handle)
    }

    /// `work` done for each item, as an iterator over the results in the order of the items. See [`Map`].
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
        let submit = move |items: Few<I::Item>| {
            let work = Arc::clone(&work);
            // Each item by itself: if one panics, the others of its chunk still have a result.
            self.submit(move || items.into_iter().map(|item| catch(|| work(item))).collect())
        };
        Map::new(items.into_iter(), Box::new(submit))
    }

    /// Takes no more jobs, and waits or does not wait for those that it has. From inside one of its own jobs it never
    /// waits: the job would wait for itself.
    pub fn shutdown(&self, how: Shutdown) {
        self.crew.shutdown(how);
    }

    /// How many threads have been started so far and are there.
    pub fn workers(&self) -> usize {
        self.crew.alive()
    }
}
