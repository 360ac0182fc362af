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
#[doc = include_str!("../../docs/03-async/lock-across-await.md")]
pub struct Chapter;
