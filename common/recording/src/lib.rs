//! What a run leaves behind: what happened when, what it took, and nothing else.
//!
//! Recording ([`trace`]), figures ([`measure`]), child processes that are seen and never outlive the program
//! ([`process`]), temporary folders ([`TempDir`]) and waits that end ([`deadline`]). Lessons find these in `common`.
//!
//! It is a crate of its own so that it is compiled while the command line's libraries still are.

#![warn(missing_docs, clippy::missing_errors_doc, clippy::missing_panics_doc)]

pub mod lock;
mod order;
pub mod measure;
pub mod process;
mod temp_dir;
pub mod trace;
pub mod deadline;

pub use order::sort_by_numbers;
pub use temp_dir::TempDir;
