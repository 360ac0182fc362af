//! Stage 4: `submit` gives back a handle, and the handle gives the result. New: somewhere to leave a result, and to
//! wait for it. It needs no other pool than that of stage 3.
//!
//! What is still missing: taking a job back, hearing of it without waiting, waiting for the first of many, and what
//! happens to a handle when the pool ends early. That is what `executor` adds.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use super::s3_queue::Pool;
use crate::sync::{Arc, Condvar, Mutex};

/// Where a result is left and waited for. `None`: not there yet.
type Slot<T> = (Mutex<Option<thread::Result<T>>>, Condvar);

/// Stands for a result that may not be there yet.
pub struct Handle<T>(Arc<Slot<T>>);

impl<T> Handle<T> {
    /// Waits for the job and gives its result.
    ///
    /// # Errors
    /// What the job panicked with.
    ///
    /// # Panics
    /// Never: nobody panics under the lock.
    pub fn result(self) -> thread::Result<T> {
        let (result, done) = &*self.0;
        let locked = result.lock().expect("nobody panics under the lock");
        let mut result = done
            .wait_while(locked, |result| result.is_none())
            .expect("as above");
        result
            .take()
            .expect("it was waited for, and `self` asks only once")
    }
}

impl Pool {
    /// Puts a job at the end of the queue, and gives back the handle of its result.
    ///
    /// # Panics
    /// Never, as [`Handle::result`].
    pub fn submit<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Handle<T> {
        let slot: Arc<Slot<T>> = Arc::new((Mutex::new(None), Condvar::new()));
        let theirs = Arc::clone(&slot);
        self.execute(move || {
            let outcome = catch_unwind(AssertUnwindSafe(job));
            let (result, done) = &*theirs;
            *result.lock().expect("nobody panics under the lock") = Some(outcome);
            done.notify_all();
        });
        Handle(slot)
    }
}
