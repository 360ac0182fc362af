//! Lesson 03: async. Read the modules in this order; `docs/03-async.md` is the chapter about them.

// The main path.
pub mod gather;
pub mod lazy;
pub mod tasks;
pub mod many;
pub mod timeout;
pub mod semaphore;
pub mod blocking;
// The web server: taking clients, and what one of them gets.
pub mod server;
pub mod connection;

// Further.
pub mod state_machine;
// The executor and the timer that it runs on.
pub mod executor;
pub mod ready;
pub mod join_handle;
pub mod timer;
pub mod select;
pub mod cancel;
// The service that `cancel` interrupts.
pub mod graceful;
pub mod channel;
pub mod broadcast;
pub mod stream;
pub mod busy_reader;
pub mod files;
pub mod retry;

pub mod pitfalls;

pub mod show;
pub mod support;

/// Locks and threads of the executor and its timer. A test puts others in this place, which try every order of things.
mod sync {
    pub use std::sync::*;
    pub use std::thread;
}

/// The chapter's complete examples are compiled and run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/03-async/gather.md")]
#[doc = include_str!("../../docs/03-async/lazy.md")]
#[doc = include_str!("../../docs/03-async/tasks.md")]
#[doc = include_str!("../../docs/03-async/many.md")]
#[doc = include_str!("../../docs/03-async/timeout.md")]
#[doc = include_str!("../../docs/03-async/semaphore.md")]
#[doc = include_str!("../../docs/03-async/blocking.md")]
#[doc = include_str!("../../docs/03-async/server.md")]
#[doc = include_str!("../../docs/03-async/state-machine.md")]
#[doc = include_str!("../../docs/03-async/select.md")]
#[doc = include_str!("../../docs/03-async/cancel.md")]
#[doc = include_str!("../../docs/03-async/channel.md")]
#[doc = include_str!("../../docs/03-async/stream.md")]
#[doc = include_str!("../../docs/03-async/files.md")]
#[doc = include_str!("../../docs/03-async/retry.md")]
#[doc = include_str!("../../docs/03-async/blocked-runtime.md")]
#[doc = include_str!("../../docs/03-async/sequential-await.md")]
#[doc = include_str!("../../docs/03-async/lock-across-await.md")]
#[doc = include_str!("../../docs/03-async/cancel-safety.md")]
#[doc = include_str!("../../docs/03-async/lost-error.md")]
#[doc = include_str!("../../docs/03-async/starvation.md")]
pub struct Chapter;
