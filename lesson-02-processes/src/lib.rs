//! Lesson 02: processes. Read the modules in this order; `docs/02-processes.md` is the chapter about them.

pub mod workers;

pub mod worker;

/// The chapter's complete examples are compiled and run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/02-processes.md")]
pub struct Chapter;
