//! Lesson 01: threads. Read the modules in this order; `docs/01-threads.md` is the chapter about them.

// The main path.

pub mod spawn;

pub mod join;

pub mod scope;

pub mod move_in;

pub mod primes;

pub mod cores;

pub mod mutex;

pub mod channel;

// Further.

pub mod atomics;

pub mod mailbox;

pub mod condvar;

pub mod locals;

pub mod progress;

pub mod dinner;

// What goes wrong.

pub mod pitfalls;

/// Locks, atomics and threads of std, under one name. The tests in `tests/interleavings.rs` compile the same lesson
/// files with a `sync` of their own, whose threads take turns at every step in thousands of different orders.
pub mod sync {
    pub use std::sync::*;
    pub use std::thread;
}

/// The chapter's complete examples are compiled and run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/01-threads.md")]
pub struct Chapter;
