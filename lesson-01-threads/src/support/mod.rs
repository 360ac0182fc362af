//! Support for the demos, which the chapter does not teach.

pub mod gauge;
pub mod child;
pub mod crowd;
