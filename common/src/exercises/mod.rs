//! A lesson's exercises: their files, and what needs no judge.
//!
//! The judge is the crate `judge`, which stands on this one. Its program is built at a learner's first `check`, by
//! Cargo: a first run of a lesson does not wait for it.

pub mod asked;
pub mod cargo;
pub(crate) mod cli;
pub mod folder;
pub mod hint;
pub(crate) mod judge;
pub mod list;
pub mod progress;
pub mod reset;
pub mod seed;
