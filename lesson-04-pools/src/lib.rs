//! Lesson 04: pools. Read the modules in this order; `docs/04-pools.md` is the chapter about them.

pub mod downloads;
pub mod chunks;

// From a thread for each job to a pool with results; and the pools that the demos use, which are a
// library.
pub mod by_hand;
pub mod executor;

pub mod jobs;
pub mod cores;
pub mod flow;
pub mod pitfalls;

// The same chunks on many machines, on a queue that others run in production.
#[cfg(feature = "nats")]
pub mod beyond;

pub mod show;
pub mod support;

/// The parts of the executors and of the pool by hand. Under this name, so that a test can compile
/// the same files with locks and threads of its own: see `tests/interleavings.rs`.
mod sync {
    pub use std::hint::spin_loop;
    pub use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak, atomic};
    pub use std::thread;
}

/// The chapter's complete examples are compiled and run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/04-pools/backpressure.md")]
#[doc = include_str!("../../docs/04-pools/batching.md")]
#[doc = include_str!("../../docs/04-pools/bridge.md")]
#[doc = include_str!("../../docs/04-pools/broken.md")]
#[doc = include_str!("../../docs/04-pools/by-hand.md")]
#[doc = include_str!("../../docs/04-pools/cancel.md")]
#[doc = include_str!("../../docs/04-pools/chunks.md")]
#[doc = include_str!("../../docs/04-pools/downloads.md")]
#[doc = include_str!("../../docs/04-pools/errors.md")]
#[doc = include_str!("../../docs/04-pools/executors.md")]
#[doc = include_str!("../../docs/04-pools/hidden-serial.md")]
#[doc = include_str!("../../docs/04-pools/lock-across-steal.md")]
#[doc = include_str!("../../docs/04-pools/lost-result.md")]
#[doc = include_str!("../../docs/04-pools/map.md")]
#[doc = include_str!("../../docs/04-pools/oversubscription.md")]
#[doc = include_str!("../../docs/04-pools/panicking-job.md")]
#[doc = include_str!("../../docs/04-pools/pipeline.md")]
#[doc = include_str!("../../docs/04-pools/rayon.md")]
#[doc = include_str!("../../docs/04-pools/starvation.md")]
#[doc = include_str!("../../docs/04-pools/stealing.md")]
#[doc = include_str!("../../docs/04-pools/timeouts.md")]
#[doc = include_str!("../../docs/04-pools/unbounded-queue.md")]
pub struct Chapter;

/// The same of the chapter about choosing.
#[cfg(doctest)]
#[doc = include_str!("../../docs/05-choosing/laws.md")]
#[doc = include_str!("../../docs/05-choosing/size.md")]
pub struct Choosing;

/// The same of the best practices.
#[cfg(doctest)]
#[doc = include_str!("../../docs/06-best-practices.md")]
pub struct BestPractices;
