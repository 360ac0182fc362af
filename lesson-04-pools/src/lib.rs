//! Lesson 04: pools. Read the modules in this order; `docs/04-pools.md` is the chapter about them.

pub mod download;
pub mod downloads;

pub mod chunks;

// From a thread for each job to a pool with results; and the pools that the demos use, which are a library.
pub mod by_hand;
pub mod executor;

pub mod map;

pub mod errors;

// What else one does with a job.
pub mod broken;
pub mod callbacks;
pub mod cancel;
pub mod timeouts;

// Computing on all cores: rayon, and how jobs are shared out.
pub mod rayon;
pub mod squares;
pub mod stealing;

// More about pools: how large a job is, what waits for whom, how they meet async code.
pub mod backpressure;
pub mod batching;
pub mod bridge;
pub mod pipeline;
pub mod smooth;

// Which approach, how many workers: tools that measure.
pub mod choose;
pub mod knee;
pub mod size;

// What goes wrong.
pub mod pitfalls;

// The same chunks on many machines, on a queue that others run in production.
#[cfg(feature = "nats")]
pub mod beyond;

// Tools: what things cost, and what the approaches of all chapters come to on this machine.
pub mod costs;
#[cfg(feature = "scenarios")]
pub mod scenarios;
#[cfg(not(feature = "scenarios"))]
#[path = "scenarios/without.rs"]
pub mod scenarios;

// What the downloads need to have something to download.
pub mod answer;
pub mod faults;
pub mod files;
pub mod server;

// How this program is started again as a worker.
pub mod again;

/// What the executors, and the pool by hand, are made of. Under this name, so that a test can compile the same files
/// with locks and threads of its own: see `tests/interleavings.rs`.
mod sync {
    pub use std::hint::spin_loop;
    pub use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak, atomic};
    pub use std::thread;

    /// How often to look before going to sleep: a few microseconds.
    pub const ROUNDS: usize = 200;
    /// So many times as often for a worker: it is to be awake when one who was called comes back with a job.
    pub const PATIENCE: usize = 6;
}

/// The chapter's complete examples are compiled and run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/04-pools.md")]
pub struct Chapter;

/// The same of the best practices.
#[cfg(doctest)]
#[doc = include_str!("../../docs/06-best-practices.md")]
pub struct BestPractices;
