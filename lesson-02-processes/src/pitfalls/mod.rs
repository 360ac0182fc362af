//! What goes wrong with processes: each file has the broken way and the fixed one, side by side.

pub mod exit_status;
pub mod fork_with_threads;
pub mod full_pipe;
pub mod inherited_pipe;
pub mod orphan;
pub mod serialise;
pub mod zombie;
