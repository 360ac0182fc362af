//! Executors: a thread pool and a process pool with what one expects of Python's `concurrent.futures`.
//!
//! Read in this order: `error`, `state` and `job` (where an outcome is left and waited for), `spin`, `handle` and
//! `awaited`, `queue` and `closing`, `crew` (the threads behind a queue), `work` and `thread_pool`, `scope`, `bell` and
//! `wait`, `chunk` and `map`. Then the processes: [`worker`] and `watch` (the other end), `mapping`, `shared_memory` and
//! `spares` (large tasks), `streams` and `pipes`, `living`, `child` and `exchange` (a worker as the pool sees it), `order`
//! and `feeder`, `seats`, `loans` and `office` (who waits for a task talks to its worker himself), `process_builder` and
//! `process_pool`.
//!
//! ```
//! use lesson_04_pools::executor::{Error, ThreadPool, as_completed};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let pool = ThreadPool::builder().workers(3).name_prefix("squarer").build()?;
//! let job = pool.submit(|| 7 * 7)?;
//! assert_eq!(job.result(), Ok(49));
//!
//! let squares: Result<Vec<u64>, Error> = pool.map(1..=4, |n| n * n).collect();
//! assert_eq!(squares?, [1, 4, 9, 16]);
//!
//! let jobs: Vec<_> = (1..=4).map(|n| pool.submit(move || n * n)).collect::<Result<_, _>>()?;
//! let sum: u64 = as_completed(jobs).filter_map(|job| job.result().ok()).sum();
//! assert_eq!(sum, 30);
//! # Ok(())
//! # }
//! ```

#![warn(missing_docs, clippy::missing_errors_doc, clippy::missing_panics_doc)]

mod awaited;
mod bell;
mod child;
mod chunk;
mod closing;
mod crew;
pub(crate) mod error;
mod exchange;
mod feeder;
mod handle;
mod job;
mod living;
pub(crate) mod loans;
mod map;
mod mapping;
mod office;
mod order;
mod pipes;
mod process_builder;
mod process_pool;
pub(crate) mod queue;
mod scope;
mod seats;
mod shared_memory;
pub(crate) mod spares;
mod spin;
mod state;
mod streams;
mod thread_pool;
mod wait;
mod watch;
pub(crate) mod work;
pub mod worker;

use std::time::Instant;

pub use error::{Error, Outcome};
pub use handle::JobHandle;
pub use map::Map;
pub use process_builder::ProcessPoolBuilder;
pub use process_pool::ProcessPool;
pub use scope::Scope;
pub use thread_pool::{ThreadPool, ThreadPoolBuilder};
pub use wait::{AsCompleted, ReturnWhen, as_completed, as_completed_timeout, wait};
pub use worker::Task;

use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// How a pool is shut down. In each case it takes no more jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// All jobs are done, then it returns. Dropping a pool does this.
    Wait,
    /// Jobs that have not begun are cancelled; it returns when the others are done.
    CancelPending,
    /// It returns at once, and so will dropping the pool. The jobs will be done, unless the program ends first.
    Detach,
}

/// A lock is poisoned when somebody panicked while holding it. That tells nothing here: no job and no callback is ever
/// called under a lock of a pool, and asking for a result twice panics with everything as it was.
fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives the lock back, sleeps, and takes it again when woken, be it for no reason. `None`: the deadline has passed.
fn sleep<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
    deadline: Option<Instant>,
) -> Option<MutexGuard<'a, T>> {
    let Some(deadline) = deadline else {
        return Some(condvar.wait(guard).unwrap_or_else(PoisonError::into_inner));
    };
    let left = deadline
        .checked_duration_since(Instant::now())
        .filter(|left| !left.is_zero())?;
    Some(
        condvar
            .wait_timeout(guard, left)
            .unwrap_or_else(PoisonError::into_inner)
            .0,
    )
}
