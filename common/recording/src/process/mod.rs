//! Child processes that are seen, and that never outlive the program.
//!
//! [`spawn`] starts a child with a lane of its own on the timeline. [`Exit`] tells how a process
//! ended. [`frame`](mod@frame) puts borders around messages in a pipe.

pub mod exit;
pub mod cleanup;
pub mod interrupt;
mod child;
mod group;
pub mod frame;
mod worker;

pub use child::{Child, spawn};
pub use exit::Exit;
pub use group::is_alive;
pub use worker::end_with_parent;

pub use worker::begin_as_child;
