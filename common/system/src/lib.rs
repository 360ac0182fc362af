//! A few questions to the system that std does not ask: the context switches of a program, the size of a terminal, a pipe
//! that children get, a descriptor for a child, the length of a page.
//!
//! A small crate of its own, since a learner's first build waits for it: it stands in for the crates `perf-event2`,
//! `terminal_size` and `rustix`, and for the parts `fs` and `feature` of `nix`. Its `unsafe` is in `ring.rs` and
//! `calls.rs` alone.

#![warn(missing_docs, clippy::missing_errors_doc, clippy::missing_panics_doc)]

mod record;
#[cfg(target_os = "linux")]
mod ring;
mod switches;
mod calls;

#[cfg(target_os = "linux")]
pub use calls::pidfd_open;
pub use calls::{keep_children_out, leave_open, make_named_pipe, page_size, terminal_size};
pub use record::{How, Record};
pub use switches::Switches;
