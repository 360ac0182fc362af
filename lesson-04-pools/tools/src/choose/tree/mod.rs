//! The decision tree: what it is made of, what it says, and how it is asked.

pub mod node;
pub mod approaches;
pub mod questions;
pub mod ask;
