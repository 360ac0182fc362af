//! The demos: options, log lines, results, and the workers that they start.

pub mod workers;
pub mod memory;
pub mod spawn;
pub mod pipe;
pub mod crash;
pub mod signals;
pub mod pool;
pub mod fork;
pub mod shared_memory;
pub mod cores;
pub mod images;
pub mod limits;
pub mod zombie;
pub mod orphan;
pub mod full_pipe;
pub mod fork_with_threads;
pub mod inherited_pipe;
pub mod exit_status;
pub mod serialise;
