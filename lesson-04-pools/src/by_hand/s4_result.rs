//! Stage 4: `submit` returns a handle, and the handle the result. New: a slot in which a result is
//! left, and a way to wait for it. It needs no other pool than that of stage 3.
//!
//! What is still missing: taking a job back, hearing of it without waiting, waiting for the first
//! of many, and what becomes of a handle when the pool ends early. That is what `executor` adds.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use super::s3_queue::Pool;
use crate::sync::{Arc, Condvar, Mutex};

/// A place where a result is left and waited for. `None`: not there yet.
type Slot<T> = (Mutex<Option<thread::Result<T>>>, Condvar);

/// Stands for a result that may not be there yet.
pub struct Handle<T>(Arc<Slot<T>>);

impl<T> Handle<T> {
    /// Waits for the job and returns its result; `Err` is what the job panicked with.
    pub fn result(self) -> thread::Result<T> {
        let (result, done) = &*self.0;
        let locked = result.lock().expect("never poisoned");
        let woken = done.wait_while(locked, |result| result.is_none());
        let result = woken.expect("never poisoned").take();
        result.expect("it was waited for, and `self` asks only once")
    }
}

impl Pool {
    /// Puts a job at the end of the queue, and returns the handle of its result.
    pub fn submit<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Handle<T> {
        let slot: Arc<Slot<T>> = Arc::new((Mutex::new(None), Condvar::new()));
        let theirs = Arc::clone(&slot);
        self.execute(move || {
            let outcome = catch_unwind(AssertUnwindSafe(job));
            let (result, done) = &*theirs;
            *result.lock().expect("never poisoned") = Some(outcome);
            done.notify_all();
        });

        Handle(slot)
    }
}
