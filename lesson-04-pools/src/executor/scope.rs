//! Jobs that borrow: from variables of the function that submits them, as `std::thread::scope` allows it for threads.

use std::marker::PhantomData;
use std::mem::transmute;

use super::error::Error;
use super::handle::JobHandle;
use super::lock;
use super::thread_pool::ThreadPool;
use super::work::{Job, job};
use crate::sync::{Arc, Condvar, Mutex};

/// How many jobs of a scope are not over yet.
#[derive(Default)]
struct Open {
    count: Mutex<usize>,
    none: Condvar,
}

/// Counts a job as open for as long as it exists.
struct Ticket(Arc<Open>);

impl Ticket {
    fn new(open: &Arc<Open>) -> Ticket {
        *lock(&open.count) += 1;
        Ticket(Arc::clone(open))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut count = lock(&self.0.count);
        *count -= 1;
        if *count == 0 {
            self.0.none.notify_all();
        }
    }
}

/// Waits for all jobs when dropped: also if the function that submits them panics.
struct WaitForAll(Arc<Open>);

impl Drop for WaitForAll {
    fn drop(&mut self) {
        let mut count = lock(&self.0.count);
        while *count > 0 {
            let Some(guard) = super::sleep(&self.0.none, count, None) else { return };
            count = guard;
        }
    }
}

/// A job that borrows, with its ticket. Fields are dropped in this order: the ticket goes when the job has gone.
struct Borrowing {
    job: Box<dyn Job>,
    ticket: Ticket,
}

impl Job for Borrowing {
    fn run(self: Box<Self>) {
        let Borrowing { job, ticket } = *self;
        job.run();
        drop(ticket);
    }

    fn fail(self: Box<Self>, error: Error) {
        let Borrowing { job, ticket } = *self;
        job.fail(error);
        drop(ticket);
    }
}

/// Where jobs that borrow are submitted; see [`ThreadPool::scope`].
pub struct Scope<'scope, 'env: 'scope> {
    pool: &'scope ThreadPool,
    open: Arc<Open>,
    /// As in `std::thread::Scope`: neither lifetime may be shortened or lengthened.
    lifetimes: PhantomData<(&'scope mut &'scope (), &'env mut &'env ())>,
}

impl<'scope> Scope<'scope, '_> {
    /// As [`ThreadPool::submit`], for a job that may borrow what lives longer than the scope.
    ///
    /// # Errors
    /// As there.
    pub fn submit<T: Send + 'scope>(
        &'scope self,
        work: impl FnOnce() -> T + Send + 'scope,
    ) -> Result<JobHandle<T>, Error> {
        let (job, handle) = job(work);
        // SAFETY: only the lifetime changes. What the job borrows lives for `'scope`, and the scope does not end
        // before the job, its result if nobody holds the handle, and everything else about it have been dropped: its
        // ticket is dropped after them, and `WaitForAll` waits for all tickets, whatever happens.
        let job = unsafe { transmute::<Box<dyn Job + 'scope>, Box<dyn Job>>(job) };
        let ticket = Ticket::new(&self.open);
        self.pool.crew.submit(Box::new(Borrowing { job, ticket })).map(|()| handle)
    }
}

impl ThreadPool {
    /// Calls `submit_all` with a scope, and returns what it returns when all jobs of the scope are over. A job of the
    /// pool must not open a scope in the same pool: if all workers do, none is left to do their jobs.
    pub fn scope<'env, R>(
        &'env self,
        submit_all: impl for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> R,
    ) -> R {
        let open = Arc::new(Open::default());
        let _wait = WaitForAll(Arc::clone(&open));
        submit_all(&Scope { pool: self, open, lifetimes: PhantomData })
    }
}
