//! `size`: more workers is not faster. How large a pool should be, by measuring, beside the formula
//! and the laws.

pub mod slow_server;
pub mod jobs;
pub mod sweep;
pub mod fit;
pub mod laws;
pub mod report;
