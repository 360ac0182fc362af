//! The states of threads as the system knows them: computing, in line for a core, waiting.
//!
//! While a run is recorded in detail a thread of ours ([`watch`]) takes what the system tells: each
//! context switch where it is allowed ([`exact`]), a look at every thread every few milliseconds
//! elsewhere on Linux ([`look`], [`sampled`]). Afterwards pure functions make stretches of it, and
//! hand them out to the lanes ([`lanes`]).

mod exact;
mod lanes;
mod look;
pub(super) mod last;
mod sampled;
mod watch;
#[cfg(test)]
mod tests;

pub(super) use lanes::assign;
pub(super) use watch::{Asker, Watch};
