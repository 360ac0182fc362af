//! Lesson 02: processes. Read the modules in this order; `docs/02-processes.md` is the chapter about them.

pub mod workers;

pub mod worker;

pub mod memory;

pub mod spawn;

pub mod pipe;

pub mod backpressure;
pub mod hire;
pub mod wire;

pub mod crash;

pub mod signals;

pub mod ended;

pub mod pool;

pub mod supervisor;

pub mod fork;

pub mod fork_exec;

pub mod shared_memory;

pub mod mapping;

pub mod cores;

pub mod crew;
pub mod price;
pub mod primes;

pub mod images;

pub mod thumbnail;

pub mod limits;

pub mod pitfalls;

/// The chapter's complete examples are compiled and run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/02-processes.md")]
pub struct Chapter;
