//! Lesson 03: async. Read the modules in this order; `docs/03-async.md` is the chapter about them.

// The main path.
pub mod gather;

pub mod lazy;

pub mod tasks;

pub mod many;

pub mod timeout;

pub mod semaphore;

pub mod blocking;

// Further.
pub mod state_machine;
// The executor and the timer that it runs on.
pub mod executor;
pub mod ready;
pub mod timer;

pub mod select;

pub mod cancel;
// What `cancel` interrupts.
pub mod graceful;

pub mod channel;

pub mod stream;

pub mod retry;

pub mod web;

pub mod pitfalls;

// What the calls of this lesson go to, and the ordinary HTTP on both ends of a call: for when you are curious.
mod answer;
pub mod apis;
pub mod client;
pub mod desk;
pub mod memory;
pub mod server;

/// Where the executor and its timer get locks and threads from. A test puts others in this place, which try every order
/// of things.
mod sync {
    pub use std::sync::*;
    pub use std::thread;
}

/// The chapter's complete examples are compiled and run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/03-async.md")]
pub struct Chapter;
