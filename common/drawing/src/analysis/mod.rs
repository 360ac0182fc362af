//! Why did it take so long? The wakes of a run, the way on which all of its time lies, and what would
//! have shortened it.
//!
//! Pure functions of a [`Trace`](recording::trace::Trace).

mod graph;
mod path;
mod compare;
mod replay;
mod what_if;
#[cfg(test)]
mod tests;

pub use compare::{Difference, Side, changed, differences, parts, together};
pub use graph::{Wake, wakes};
pub use path::{Step, path, sentence};
pub use what_if::{Prediction, Wish, predict, what_if};

pub use what_if::WhatIf;
