//! What stands in the queue of a thread pool: jobs, of whatever result.

use super::error::{Error, catch};
use super::handle::JobHandle;
use super::job::{Cell, Work};
use super::queue::Fail;
use crate::sync::Arc;

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
    (Arc::clone(&cell) as Arc<dyn Job>, JobHandle(cell))
}
