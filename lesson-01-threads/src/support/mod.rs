//! What the demos need and the chapter does not teach.

pub mod gauge;
pub mod child;
pub mod crowd;
