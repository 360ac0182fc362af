//! Chapter 05's tools: which approach fits, what things cost, how large a pool should be.

pub mod summary;
pub mod curve;
pub mod plot;
pub mod format;

pub mod choose;
pub mod costs;
pub mod size;
#[cfg(feature = "scenarios")]
pub mod scenarios;
