//! Locks, atomics and threads of std, under one name. The tests in `tests/interleavings.rs` compile the same lesson
//! files with a `sync` of their own, whose threads take turns at every step in thousands of different orders.

pub use std::sync::*;
pub use std::thread;
