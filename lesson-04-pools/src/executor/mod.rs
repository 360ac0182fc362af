//! Executors: a thread pool and a process pool with what one expects of Python's `concurrent.futures`.
//!
//! Three files suffice to understand the thread pool: `job` (a job and its outcome), `queue` (between those that submit
//! jobs and those that do them) and `thread/pool`. Three more explain the process pool: `process/protocol` (what travels
//! between the processes), `process/dispatcher` (the threads that send tasks to workers) and `process/worker` (the other
//! end). Behind both pools stand `workers` (the threads that take jobs from a queue: a thread pool's own threads, a process
//! pool's dispatchers) and `process/pool`. To change how jobs wait, read `process/request` and `process/direct` as well: they
//! put work back into the queue. The rest is there to be looked up. Each file uses only files that stand before it in the list of modules.
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

// What both pools are made of.
mod error;
mod park;
mod insights;
mod completion;
pub(crate) mod job;
pub(crate) mod handle;
mod wait;
mod map;
pub(crate) mod queue;
mod workers;

/// Jobs are closures, done by threads.
mod thread {
    pub(crate) mod pool;
    pub(crate) mod scope;
}

/// Jobs are values, done by other processes.
pub(crate) mod process {
    pub(crate) mod protocol;
    mod shared_memory;
    mod pipes;
    mod child;
    mod request;
    mod dispatcher;
    pub mod worker;
    pub(crate) mod direct;
    pub(crate) mod pool;
}

pub use error::{Error, Outcome};
pub use handle::JobHandle;
pub use insights::WorkerInsight;
pub use map::Map;
pub use process::pool::{ProcessPool, ProcessPoolBuilder};
pub use process::protocol::Task;
pub use process::worker;
pub use thread::pool::{ThreadPool, ThreadPoolBuilder};
pub use thread::scope::Scope;
pub use wait::{AsCompleted, ReturnWhen, as_completed, as_completed_timeout, wait};
pub use workers::Shutdown;
