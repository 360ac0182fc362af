//! Things that go wrong in async programs, each broken and fixed side by side.

pub mod blocked_runtime;
pub mod sequential_await;
pub mod lock_across_await;
pub mod cancel_safety;
pub mod unbounded_spawn;
pub mod lost_error;
pub mod starvation;
