//! Lesson 03: async. Read the modules in this order; `docs/03-async.md` is the chapter about them.

pub mod gather;
// What `gather` calls, and the ordinary HTTP on both ends of a call: for when you are curious.
pub mod apis;
pub mod client;
pub mod server;

/// The chapter's complete examples are compiled and run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/03-async.md")]
pub struct Chapter;
