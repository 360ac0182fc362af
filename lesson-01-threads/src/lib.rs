//! Lesson 01: threads. Read the modules in this order; `docs/01-threads.md` is the chapter about them.

pub mod spawn;

/// The chapter's complete examples are compiled and run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/01-threads.md")]
pub struct Chapter;
