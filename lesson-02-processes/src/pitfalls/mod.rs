//! The mistakes: each file has the broken way and the fixed one, side by side.

pub mod zombie;
pub mod orphan;
pub mod full_pipe;
pub mod fork_with_threads;
pub mod inherited_pipe;
pub mod exit_status;
pub mod serialise;
