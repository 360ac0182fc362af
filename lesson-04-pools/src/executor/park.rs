//! How a thread waits: for a lock, parked until it is woken, or spinning for a moment before it parks.

use std::sync::OnceLock;
use std::time::Instant;

use crate::sync::thread::yield_now;
use crate::sync::{Condvar, Mutex, MutexGuard, PoisonError, spin_loop};

/// The checks in one turn of spinning: a few microseconds. In a test that tries many orders each of them is a step that
/// multiplies the orders, so there it is one.
const CHECKS: usize = if cfg!(test) { 1 } else { 200 };

/// The number of cores that this program may use. To ask costs some microseconds.
static CORES: OnceLock<usize> = OnceLock::new();

/// Takes a lock, also if it is poisoned. A lock is poisoned when a thread panicked while it held it. Here that says
/// nothing: no job and no callback is ever called under a lock of a pool, and asking for a result twice panics with
/// everything as it was.
pub(super) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Releases the lock, parks, and takes the lock again when woken, be it for no reason. Returns `None` when the deadline
/// has passed.
pub(super) fn wait_until<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
    deadline: Option<Instant>,
) -> Option<MutexGuard<'a, T>> {
    let Some(deadline) = deadline else {
        return Some(wait(condvar, guard));
    };
    let left = deadline
        .checked_duration_since(Instant::now())
        .filter(|left| !left.is_zero())?;
    let woken = condvar.wait_timeout(guard, left);

    Some(woken.unwrap_or_else(PoisonError::into_inner).0)
}

/// Releases the lock, parks, and takes the lock again when woken, be it for no reason.
pub(super) fn wait<'a, T>(condvar: &Condvar, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
    condvar.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

/// Spins until the condition holds, for at most `turns` turns of a few microseconds, and yields the core between them.
/// Returns whether the condition holds.
///
/// To be parked and woken costs two system calls and, where the core has gone idle, some twenty microseconds. What comes
/// within a few microseconds is cheaper to wait for awake. It must have a bound: a thread that spins keeps others from
/// the core, and on a single core even those that it waits for.
pub(super) fn spin_until(turns: usize, condition: impl Fn() -> bool) -> bool {
    if condition() {
        return true;
    }
    if *CORES.get_or_init(common::measure::cores) == 1 {
        // Spinning would keep the core from the thread that is waited for. It gets the core, once.
        yield_now();
        return condition();
    }

    (0..turns).any(|turn| {
        if turn > 0 {
            yield_now();
        }
        (0..CHECKS).any(|_| {
            // Tells the processor that this is a loop that waits: it uses less power, and leaves more to its other half.
            spin_loop();
            condition()
        })
    })
}
