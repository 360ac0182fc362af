//! The demos: what `list` says of each, its options, what it measures and prints.

#![allow(
    clippy::unnecessary_wraps,
    reason = "the runs of all demos have one signature"
)]

pub mod spawn;
pub mod join;
pub mod scope;
pub mod move_in;
pub mod cores;
pub mod mutex;
pub mod channel;
pub mod atomics;
pub mod condvar;
pub mod locals;
pub mod progress;
pub mod dinner;
pub mod race;
pub mod deadlock;
pub mod poison;
pub mod early_exit;
pub mod false_sharing;
pub mod lock_convoy;
pub mod too_many;
