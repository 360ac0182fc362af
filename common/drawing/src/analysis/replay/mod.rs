//! A run replayed: when it would have ended if something had been otherwise.
//!
//! In reading order: the steps of each lane, and what each waits for; the run of these steps, on so
//! many cores; a change to them.

mod steps;
mod locks;
mod plan;
mod run;
mod pool;
mod change;

pub(super) use change::{Change, SpanAt, changed, slow_part};
pub(super) use locks::Hold;
pub(super) use plan::Plan;
pub(super) use pool::workers;
pub(super) use run::length_ns;
