//! What answers find as `std::sync` and `std::thread` while they are judged: the same names and types, whose operations
//! are steps that a scheduler orders.

// All is as std's documentation says it.
#![allow(clippy::missing_errors_doc, clippy::missing_panics_doc)]

mod handle;
mod mutex;
mod rwlock;
mod condvar;
pub mod atomic;
pub mod mpsc;
mod once;
mod barrier;
pub mod thread;
pub mod hint;

pub use std::sync::{Arc, LockResult, PoisonError, TryLockError, TryLockResult, Weak};

pub use barrier::{Barrier, BarrierWaitResult};
pub use condvar::{Condvar, WaitTimeoutResult};
pub use mutex::{Mutex, MutexGuard};
pub use once::{LazyLock, Once, OnceLock, OnceState};
pub use rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
