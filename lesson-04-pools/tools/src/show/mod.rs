//! One file a tool: how a run of it is measured and reported. Its command line is the lesson's.

pub mod choose;
#[cfg(feature = "scenarios")]
pub mod scenarios;
pub mod costs;
pub mod size;
