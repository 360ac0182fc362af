//! How jobs flow: how large one is, what waits for what, and how pools meet async code.

pub mod batching;
pub mod backpressure;
pub mod bridge;
pub mod spawn_blocking;
pub mod pipeline;
