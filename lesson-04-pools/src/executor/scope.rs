//! Jobs that borrow: from variables of the function that submits them, as `std::thread::scope` allows it for threads.

use std::marker::PhantomData;
use std::mem::transmute;

use super::error::Error;
use super::handle::JobHandle;
use super::job::Cell;
use super::lock;
use super::thread_pool::ThreadPool;
use super::work::{Discard, Job};
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
            let Some(guard) = super::sleep(&self.0.none, count, None) else {
                return;
            };
            count = guard;
        }
    }
}

/// A job that borrows, with its ticket. Fields are dropped in this order: the ticket goes when the job has gone.
struct Borrowing {
    job: Arc<dyn Job>,
    _ticket: Ticket,
}

impl Job for Borrowing {
    fn run(&self) {
        self.job.run();
    }

    fn fail(&self, error: Error) {
        self.job.fail(error);
    }
}

/// The function itself has a ticket, too: whoever cancels the job drops the function, in whatever thread.
struct Held<F> {
    work: F,
    ticket: Ticket,
}

impl<T, F: FnOnce() -> T> Held<F> {
    fn call(self) -> T {
        let Held { work, ticket } = self;
        let value = work();
        drop(ticket);
        value
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
        let held = Held {
            work,
            ticket: Ticket::new(&self.open),
        };
        let cell = Cell::new(move || held.call());
        let job: Arc<dyn Job + 'scope> = cell.clone();
        let handle: Arc<Cell<T, dyn Discard + 'scope>> = cell;
        // SAFETY: only the lifetime changes. What the function borrows lives for `'scope`, and the scope does not end
        // before the function has been called or dropped, and the queue's share of the job dropped: each of the two has
        // a ticket that is dropped after it, and `WaitForAll` waits for all tickets, whatever happens. What is left
        // then is a result, and whoever holds it is bound by the lifetimes in `T`.
        let (job, handle) = unsafe {
            let handle = transmute::<Arc<Cell<T, dyn Discard + 'scope>>, Arc<Cell<T>>>(handle);
            (
                transmute::<Arc<dyn Job + 'scope>, Arc<dyn Job>>(job),
                handle,
            )
        };
        let job = Arc::new(Borrowing {
            job,
            _ticket: Ticket::new(&self.open),
        });
        self.pool.crew.submit(job).map(|soon| JobHandle {
            soon,
            ..JobHandle::new(handle)
        })
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
        submit_all(&Scope {
            pool: self,
            open,
            lifetimes: PhantomData,
        })
    }
}
