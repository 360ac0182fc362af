//! Lesson 02: processes. Read the modules in this order; `docs/02-processes.md` is the chapter about them.

pub mod workers;
pub mod worker;
pub mod memory;
pub mod spawn;
pub mod pipe;
pub mod backpressure;
pub mod crash;
pub mod signals;
pub mod pool;
pub mod keeper;
pub mod supervisor;
pub mod fork;
pub mod fork_exec;
pub mod shared_memory;
pub mod cores;
pub mod thumbnail;
pub mod limits;

pub mod pitfalls;
pub mod show;
pub mod support;

/// The chapter's complete examples are compiled and run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/02-processes/crash.md")]
#[doc = include_str!("../../docs/02-processes/exit-status.md")]
#[doc = include_str!("../../docs/02-processes/memory.md")]
#[doc = include_str!("../../docs/02-processes/pipe.md")]
#[doc = include_str!("../../docs/02-processes/pool.md")]
#[doc = include_str!("../../docs/02-processes/signals.md")]
#[doc = include_str!("../../docs/02-processes/spawn.md")]
#[doc = include_str!("../../docs/02-processes/workers.md")]
pub struct Chapter;
