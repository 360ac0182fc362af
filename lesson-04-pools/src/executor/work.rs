//! What is to be done, and the jobs in the queue of a thread pool, of whatever result.

use super::error::{Error, Fail, catch};
use super::handle::JobHandle;
use super::job::Cell;
use crate::sync::Arc;

/// What is to be done: a function for a thread, bytes for another process. It is kept here and not in the queue, so a job
/// that is cancelled gives its memory back at once.
pub(super) type Work<W> = Option<W>;

/// Work of whatever kind, for those who only may throw it away.
pub(super) trait Discard: Send {
    /// In a box, because only the work itself knows how large it is.
    fn take_out<'w>(&mut self) -> Box<dyn Send + 'w>
    where
        Self: 'w;
}

impl<W: Send> Discard for Work<W> {
    fn take_out<'w>(&mut self) -> Box<dyn Send + 'w>
    where
        Self: 'w,
    {
        Box::new(self.take())
    }
}

/// A job in the queue. Whatever it gives as a result, in the queue all of them look alike.
pub(crate) trait Job: Send + Sync {
    fn run(&self);
    fn fail(&self, error: Error);
}

impl Fail for Arc<dyn Job> {
    fn fail(self, error: Error) {
        Job::fail(&*self, error);
    }
}

impl<T: Send, F: FnOnce() -> T + Send> Job for Cell<T, Work<F>> {
    fn run(&self) {
        if let Some(work) = self.start() {
            self.finish(catch(work));
        }
    }

    fn fail(&self, error: Error) {
        self.end(error);
    }
}

/// A job for the queue, and the handle for whoever wants its result. They are one thing, seen from two sides, and one
/// allocation.
pub(crate) fn job<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> (Arc<dyn Job>, JobHandle<T>) {
    let cell = Cell::new(work);
    (Arc::clone(&cell) as Arc<dyn Job>, JobHandle::new(cell))
}
