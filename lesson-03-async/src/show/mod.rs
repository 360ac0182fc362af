//! One file a demo: its line in the list, its options, and how a run of it is measured and reported.

#![allow(
    clippy::unnecessary_wraps,
    reason = "every demo is run in the same way, also one that cannot fail"
)]

pub mod gather;
pub mod lazy;
pub mod tasks;
pub mod many;
pub mod timeout;
pub mod semaphore;
pub mod blocking;
pub mod server;

pub mod state_machine;
pub mod select;
pub mod cancel;
pub mod channel;
pub mod stream;
pub mod files;
pub mod retry;

pub mod blocked_runtime;
pub mod sequential_await;
pub mod lock_across_await;
pub mod cancel_safety;
pub mod unbounded_spawn;
pub mod lost_error;
pub mod starvation;
