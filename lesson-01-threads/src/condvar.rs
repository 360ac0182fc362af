//! `condvar`: wait until something is so, without asking again and again.
//!
//! A `Condvar` belongs to a `Mutex` and to a condition on what the mutex protects. `wait` gives the lock back, sleeps
//! until somebody notifies, and takes the lock again. Being woken says only that something *may* have changed: another
//! thread may have been faster, and the system may wake a thread for no reason. So `wait` stands in a loop. A
//! `Barrier` is made of the same parts: everybody waits until all have come.

use std::collections::VecDeque;
use std::io;
use std::sync::Barrier;
use std::thread::{self, Builder};

use common::{Failure, Outcome, Pace, Run};
use serde_json::json;
use tracing::{info, info_span};

use crate::sync::{Condvar, Mutex, MutexGuard};

/// The hatch between a kitchen and its waiters: dishes go in on one side and out on the other.
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
        self.state.lock().expect("nobody panics at the hatch")
    }

    /// Puts a dish in. Everybody is woken, although one will do: see what the others find.
    pub fn put(&self, dish: u32) {
        self.lock().dishes.push_back(dish);
        self.changed.notify_all();
    }

    /// No more dishes will come.
    pub fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Waits for a dish. `None` when the hatch is closed and empty.
    ///
    /// # Panics
    /// When somebody panicked while using the hatch.
    pub fn take(&self) -> Option<u32> {
        let mut state = self.lock();
        // `while`, not `if`: whoever wakes up looks again before believing that there is a dish.
        while state.dishes.is_empty() && !state.closed {
            state = self
                .changed
                .wait(state)
                .expect("nobody panics at the hatch");
            state.woken_in_vain += u32::from(state.dishes.is_empty() && !state.closed);
        }
        state.dishes.pop_front()
    }
}

/// A cook and three waiters; the dishes that were served, by number, and how often a waiter woke up and found nothing.
///
/// # Errors
/// When the system has no room for another thread.
///
/// # Panics
/// When a waiter panicked.
pub fn serve(dishes: u32, pace: Pace) -> io::Result<(Vec<u32>, u32)> {
    let hatch = Hatch::default();
    thread::scope(|scope| {
        let mut waiters = Vec::new();
        for number in 1..=3 {
            waiters.push(
                Builder::new()
                    .name(format!("waiter {number}"))
                    .spawn_scoped(scope, || {
                        let _span = info_span!("serve").entered();
                        let take =
                            || info_span!("take", waits_for = "a dish").in_scope(|| hatch.take());
                        std::iter::from_fn(take)
                            .inspect(|dish| info!("dish {dish}"))
                            .collect::<Vec<_>>()
                    })?,
            );
        }
        for dish in 1..=dishes {
            info_span!("cook", dish).in_scope(|| thread::sleep(pace.seconds(0.1)));
            hatch.put(dish);
        }
        hatch.close();
        let mut served: Vec<u32> = waiters
            .into_iter()
            .flat_map(|waiter| waiter.join().expect("serving does not panic"))
            .collect();
        served.sort_unstable();
        Ok((served, hatch.lock().woken_in_vain))
    })
}

/// Three runners who start the second lap together; the order in which laps ended and began.
///
/// # Errors
/// As [`serve`].
///
/// # Panics
/// When a runner panicked.
pub fn two_laps(pace: Pace) -> io::Result<Vec<String>> {
    let (barrier, order) = (Barrier::new(3), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for number in 1..=3_u32 {
            let (barrier, order) = (&barrier, &order);
            Builder::new()
                .name(format!("runner {number}"))
                .spawn_scoped(scope, move || {
                    let note =
                        |what: &str| order.lock().expect("nobody panics").push(what.to_owned());
                    let _span = info_span!("two laps").entered();
                    thread::sleep(pace.seconds(0.1 * f64::from(number)));
                    note("first lap done");
                    info_span!("barrier", waits_for = "the other runners")
                        .in_scope(|| barrier.wait());
                    note("second lap begun");
                })?;
        }
        io::Result::Ok(())
    })?;
    Ok(order.into_inner().expect("nobody panics"))
}

/// What `cargo run -p lesson-01-threads -- condvar` runs.
///
/// # Errors
/// As [`serve`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (served, in_vain) = serve(5, run.pace)?;
    let laps = two_laps(run.pace)?;
    info!(
        "{} dishes, each served once; {in_vain} times a waiter was woken and found nothing",
        served.len()
    );
    Ok(Outcome::new(
        json!({ "served": served, "woken_in_vain": in_vain, "laps": laps }),
    ))
}
