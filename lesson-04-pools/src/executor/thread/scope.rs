//! Jobs that borrow: from variables of the function that submits them, as `std::thread::scope` allows it for threads.

use std::marker::PhantomData;
use std::mem::transmute;

use super::pool::ThreadPool;
use crate::executor::error::Error;
use crate::executor::handle::JobHandle;
use crate::executor::job::{Runnable, Slot, Work};
use crate::executor::park::{lock, wait};
use crate::sync::{Arc, Condvar, Mutex};

/// The place where jobs that borrow are submitted; see [`ThreadPool::scope`].
pub struct Scope<'scope, 'env: 'scope> {
    pool: &'scope ThreadPool,
    open: Arc<Open>,
    /// Neither lifetime may be shortened or lengthened, as in `std::thread::Scope`.
    lifetimes: PhantomData<(&'scope mut &'scope (), &'env mut &'env ())>,
}

/// The number of tickets that are out: two for each job of the scope that is not over.
#[derive(Default)]
struct Open {
    tickets: Mutex<usize>,
    none: Condvar,
}

/// Keeps the scope open for as long as it exists.
struct Ticket(Arc<Open>);

impl Ticket {
    fn new(open: &Arc<Open>) -> Ticket {
        *lock(&open.tickets) += 1;
        Ticket(Arc::clone(open))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut tickets = lock(&self.0.tickets);
        *tickets -= 1;
        if *tickets == 0 {
            self.0.none.notify_all();
        }
    }
}

/// Waits for all jobs when dropped: also if the function that submits them panics.
struct WaitForAll(Arc<Open>);

impl Drop for WaitForAll {
    fn drop(&mut self) {
        let mut tickets = lock(&self.0.tickets);
        while *tickets > 0 {
            tickets = wait(&self.0.none, tickets);
        }
    }
}

/// A job that borrows, with its ticket. Fields are dropped in this order: the ticket goes when the job has gone.
struct Borrowing {
    job: Arc<dyn Runnable>,
    _ticket: Ticket,
}

impl Runnable for Borrowing {
    fn run(&self) {
        self.job.run();
    }

    fn fail(&self, error: Error) {
        self.job.fail(error);
    }
}

/// The function of a job, with a ticket of its own: a thread that cancels the job drops the function.
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

impl<'scope> Scope<'scope, '_> {
    /// Submits a job that may borrow what lives longer than the scope, as [`ThreadPool::submit`] does for others.
    ///
    /// # Errors
    /// [`Error::ShutDown`] when the pool takes no more jobs, [`Error::Broken`] when it has no thread to do them.
    pub fn submit<T: Send + 'scope>(
        &'scope self,
        work: impl FnOnce() -> T + Send + 'scope,
    ) -> Result<JobHandle<T>, Error> {
        let held = Held {
            work,
            ticket: Ticket::new(&self.open),
        };
        let slot = Slot::new(move || held.call());
        let job: Arc<dyn Runnable + 'scope> = slot.clone();
        let slot: Arc<Slot<T, dyn Work + 'scope>> = slot;

        // SAFETY: only the lifetime changes. What the function borrows lives for `'scope`, and the scope does not end
        // before the queue's share of the job is dropped, which has a ticket that is dropped after it. `WaitForAll` waits
        // for all tickets, whatever happens.
        let job = unsafe { transmute::<Arc<dyn Runnable + 'scope>, Arc<dyn Runnable>>(job) };
        // SAFETY: as above, and the function has been called or dropped by then: it has a ticket of its own. What is left
        // in the slot is a result, and the handle is bound by the lifetimes in `T`.
        let slot = unsafe { transmute::<Arc<Slot<T, dyn Work + 'scope>>, Arc<Slot<T>>>(slot) };

        let job = Arc::new(Borrowing {
            job,
            _ticket: Ticket::new(&self.open),
        });

        let mut handle = JobHandle::new(slot);
        handle.spin = self.pool.workers.submit(job)?;
        Ok(handle)
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
