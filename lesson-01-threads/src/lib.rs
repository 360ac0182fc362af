//! Lesson 01: threads. Read the modules in this order; `docs/01-threads.md` is the chapter about them.

// The main path.
pub mod spawn;
pub mod join;
pub mod scope;
pub mod move_in;
pub mod primes;
pub mod blocks;
pub mod cores;
pub mod mutex;
pub mod rwlock;
pub mod channel;
pub mod backpressure;

// Further.
pub mod atomics;
pub mod mailbox;
pub mod hatch;
pub mod condvar;
pub mod barrier;
pub mod locals;
pub mod once;
pub mod progress;
pub mod dinner;

// What goes wrong, each broken and fixed side by side.
pub mod pitfalls;

// What runs it: a demo each, and what the demos need and this chapter does not teach.
pub mod show;
pub mod support;

pub mod sync;

/// The chapter's complete examples, compiled and run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/rust-you-need.md")]
#[doc = include_str!("../../docs/01-threads/spawn.md")]
#[doc = include_str!("../../docs/01-threads/join.md")]
#[doc = include_str!("../../docs/01-threads/scope.md")]
#[doc = include_str!("../../docs/01-threads/move-in.md")]
#[doc = include_str!("../../docs/01-threads/cores.md")]
#[doc = include_str!("../../docs/01-threads/mutex.md")]
#[doc = include_str!("../../docs/01-threads/channel.md")]
#[doc = include_str!("../../docs/01-threads/atomics.md")]
#[doc = include_str!("../../docs/01-threads/condvar.md")]
#[doc = include_str!("../../docs/01-threads/locals.md")]
#[doc = include_str!("../../docs/01-threads/progress.md")]
#[doc = include_str!("../../docs/01-threads/dinner.md")]
#[doc = include_str!("../../docs/01-threads/race.md")]
#[doc = include_str!("../../docs/01-threads/deadlock.md")]
#[doc = include_str!("../../docs/01-threads/poison.md")]
#[doc = include_str!("../../docs/01-threads/early-exit.md")]
#[doc = include_str!("../../docs/01-threads/false-sharing.md")]
#[doc = include_str!("../../docs/01-threads/lock-convoy.md")]
#[doc = include_str!("../../docs/01-threads/too-many.md")]
pub struct Chapter;
