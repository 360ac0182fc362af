//! Why did it take so long? The wakes of a run, and the way on which all of its time lies.
//!
//! Pure functions of a [`Trace`](crate::trace::Trace).

mod graph;
mod path;
#[cfg(test)]
mod tests;

pub(crate) use graph::{Wake, wakes};
pub(crate) use path::{Step, path, sentence};
