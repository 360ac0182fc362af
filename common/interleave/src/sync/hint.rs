//! What a loop says that asks again and again.

use std::panic::Location;

use super::super::run::{self, Op};

pub use std::hint::black_box;

/// Behaves like std's: the others may go first.
#[track_caller]
pub fn spin_loop() {
    run::act(Op::Yield, Location::caller());
}
