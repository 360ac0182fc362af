//! The other headline: one big sum, cut into chunks for a pool of worker processes.

pub mod chunk;
pub mod add_up;
