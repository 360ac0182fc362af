//! Why did it take so long? The wakes of a run, and the way on which all of its time lies.
//!
//! Pure functions of a [`Trace`](crate::trace::Trace).

mod graph;
mod path;
mod compare;
#[cfg(test)]
mod tests;

pub(crate) use compare::{Difference, Side, changed, differences, halves, together};
pub(crate) use graph::{Wake, wakes};
pub(crate) use path::{Step, path, sentence};
