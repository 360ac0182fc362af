//! What stands in the queue of a thread pool: a closure, and the promise of its result.

use super::error::{Error, catch};
use super::handle::JobHandle;
use super::job::{Cell, Promise};
use super::queue::Fail;
use crate::sync::Arc;

/// A job in the queue. Whatever it gives as a result, in the queue all of them look alike.
pub(crate) trait Job: Send {
    fn run(self: Box<Self>);
    fn fail(self: Box<Self>, error: Error);
}

impl Fail for Box<dyn Job> {
    fn fail(self, error: Error) {
        Job::fail(self, error);
    }
}

struct Work<T, F> {
    work: F,
    promise: Promise<T>,
}

impl<T: Send, F: FnOnce() -> T + Send> Job for Work<T, F> {
    fn run(self: Box<Self>) {
        let Work { work, promise } = *self;
        if promise.start() {
            promise.0.finish(catch(work));
        }
    }

    fn fail(self: Box<Self>, error: Error) {
        self.promise.0.end(error);
    }
}

/// A job for the queue, and the handle for whoever wants its result.
pub(crate) fn job<'a, T: Send + 'a>(
    work: impl FnOnce() -> T + Send + 'a,
) -> (Box<dyn Job + 'a>, JobHandle<T>) {
    let cell = Cell::new();
    (Box::new(Work { work, promise: Promise(Arc::clone(&cell)) }), JobHandle(cell))
}
