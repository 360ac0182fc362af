//! The hatch between a kitchen and its waiters: dishes go in on one side and out on the other. `condvar` uses it.
//!
//! A `Condvar` belongs to a `Mutex` and to a condition on what the mutex protects. `wait` gives the lock back, sleeps
//! until another thread notifies, and takes the lock again. Being woken says only that something *may* have changed:
//! another thread may have been faster, and the system may wake a thread for no reason. So `wait` stands in a loop.

use std::collections::VecDeque;

use tracing::info_span;

use crate::sync::{Condvar, Mutex, MutexGuard};

#[derive(Debug, Default)]
pub struct Hatch {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    dishes: VecDeque<u32>,
    closed: bool,
    woken_in_vain: u32,
}

impl Hatch {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no waiter panics")
    }

    /// Puts a dish in. All waiters are woken, although one will do: see what the others find.
    pub fn put(&self, dish: u32) {
        self.lock().dishes.push_back(dish);
        self.changed.notify_all();
    }

    /// Lets the waiters go home once the hatch is empty.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Waits for a dish. `None` when the hatch is closed and empty.
    pub fn take(&self) -> Option<u32> {
        let _span = info_span!("take", waits_for = "a dish").entered();
        let mut state = self.lock();
        // `while`, not `if`: a waiter that wakes up looks again before believing that there is a dish.
        while state.dishes.is_empty() && !state.closed {
            state = self.changed.wait(state).expect("no waiter panics");
            state.woken_in_vain += u32::from(state.dishes.is_empty() && !state.closed);
        }
        state.dishes.pop_front()
    }

    pub fn woken_in_vain(&self) -> u32 {
        self.lock().woken_in_vain
    }
}
