//! Locks and atomics of the system, with a gap before each change: in it another thread can come between what a thread has
//! read and what it writes.
//!
//! A check with real threads puts this in the place of `std::sync`. All is as std has it until [`open`] is called. From
//! then on a thread that is about to change something waits, for a moment, for other threads that are about to.

// All is as std's documentation says it.
#![allow(clippy::missing_errors_doc, clippy::missing_panics_doc)]

use std::fmt;
use std::ops::{Deref, DerefMut};

pub use std::sync::*;
use std::time::Duration;

use recording::lock::lock;

/// The looks, a millisecond apart, after which a thread goes on alone. They take longer where the machine has much else to
/// do.
const PATIENCE: usize = 30;

#[derive(Default)]
struct Now {
    /// The threads that wait for each other; 0 where none is to wait.
    width: usize,
    waiting: usize,
    round: usize,
}

static NOW: std::sync::Mutex<Now> = std::sync::Mutex::new(Now {
    width: 0,
    waiting: 0,
    round: 0,
});
static CHANGED: std::sync::Condvar = std::sync::Condvar::new();

/// Gaps are open as long as this is there.
#[derive(Debug)]
pub struct Open(());

/// From now on so many threads that are about to change something wait for each other, and go on shortly one after the
/// other.
#[must_use]
pub fn open(threads: usize) -> Open {
    lock(&NOW).width = threads;
    Open(())
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut now = lock(&NOW);
        now.width = 0;
        now.waiting = 0;
        // Two, so that it does not change which order is the next one.
        now.round += 2;
        CHANGED.notify_all();
    }
}

/// The time between two threads that go on.
const APART: Duration = Duration::from_millis(2);

/// Waits until enough threads are here, or in vain. They go on in the order in which they came, and the next time in the
/// opposite one: so each of them is the last at times.
fn gap() {
    let mut now = lock(&NOW);
    if now.width == 0 {
        return;
    }
    if now.waiting + 1 >= now.width {
        let is_first = now.round % 2 == 1;
        let before = if is_first { 0 } else { now.waiting };
        now.waiting = 0;
        now.round += 1;
        CHANGED.notify_all();
        drop(now);
        std::thread::sleep(APART * u32::try_from(before).unwrap_or(0));
        return;
    }

    let round = now.round;
    let width = now.width;
    let rank = now.waiting;
    now.waiting += 1;
    for _ in 0..PATIENCE {
        let waited = CHANGED.wait_timeout(now, Duration::from_millis(1));
        now = waited.unwrap_or_else(PoisonError::into_inner).0;
        if now.round != round {
            drop(now);
            let before = if round % 2 == 1 {
                width - 1 - rank
            } else {
                rank
            };
            std::thread::sleep(APART * u32::try_from(before).unwrap_or(0));
            return;
        }
    }
    now.waiting = now.waiting.saturating_sub(1);
}

macro_rules! in_place_of_std {
    ($name:ident) => {
        /// The counterpart of std's.
        #[derive(Default)]
        pub struct $name<T: ?Sized>(std::sync::$name<T>);

        impl<T> $name<T> {
            /// Behaves like std's.
            pub const fn new(value: T) -> $name<T> {
                $name(std::sync::$name::new(value))
            }

            /// Behaves like std's.
            pub fn into_inner(self) -> LockResult<T> {
                self.0.into_inner()
            }
        }

        impl<T: ?Sized> $name<T> {
            /// Behaves like std's.
            pub fn get_mut(&mut self) -> LockResult<&mut T> {
                self.0.get_mut()
            }
        }

        impl<T> From<T> for $name<T> {
            fn from(value: T) -> $name<T> {
                $name::new(value)
            }
        }

        impl<T: ?Sized> Deref for $name<T> {
            type Target = std::sync::$name<T>;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl<T: ?Sized> DerefMut for $name<T> {
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.0
            }
        }

        impl<T: ?Sized + fmt::Debug> fmt::Debug for $name<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

in_place_of_std!(Mutex);
in_place_of_std!(RwLock);

impl<T: ?Sized> Mutex<T> {
    /// Behaves like std's.
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        gap();
        self.0.lock()
    }

    /// Behaves like std's.
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        gap();
        self.0.try_lock()
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Behaves like std's.
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        gap();
        self.0.write()
    }
}

/// The counterpart of std's.
pub mod atomic {
    use std::fmt;
    use std::ops::{Deref, DerefMut};
    pub use std::sync::atomic::*;

    use super::gap;

    macro_rules! atomic {
        ($($name:ident $type:ty: $($fetch:ident)+;)+) => {$(
            /// The counterpart of std's.
            #[derive(Default)]
            pub struct $name(std::sync::atomic::$name);

            impl $name {
                /// Behaves like std's.
                pub const fn new(value: $type) -> $name {
                    $name(std::sync::atomic::$name::new(value))
                }

                /// Behaves like std's.
                pub fn into_inner(self) -> $type {
                    self.0.into_inner()
                }

                /// Behaves like std's.
                pub fn get_mut(&mut self) -> &mut $type {
                    self.0.get_mut()
                }

                /// Behaves like std's.
                pub fn store(&self, value: $type, ordering: Ordering) {
                    gap();
                    self.0.store(value, ordering);
                }

                /// Behaves like std's.
                pub fn compare_exchange(
                    &self,
                    current: $type,
                    new: $type,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$type, $type> {
                    gap();
                    self.0.compare_exchange(current, new, success, failure)
                }

                /// Behaves like std's.
                pub fn compare_exchange_weak(
                    &self,
                    current: $type,
                    new: $type,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$type, $type> {
                    gap();
                    self.0.compare_exchange_weak(current, new, success, failure)
                }

                $(
                    /// Behaves like std's.
                    pub fn $fetch(&self, value: $type, ordering: Ordering) -> $type {
                        gap();
                        self.0.$fetch(value, ordering)
                    }
                )+
            }

            impl From<$type> for $name {
                fn from(value: $type) -> $name {
                    $name::new(value)
                }
            }

            impl Deref for $name {
                type Target = std::sync::atomic::$name;

                fn deref(&self) -> &Self::Target {
                    &self.0
                }
            }

            impl DerefMut for $name {
                fn deref_mut(&mut self) -> &mut Self::Target {
                    &mut self.0
                }
            }

            impl fmt::Debug for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    self.0.fmt(f)
                }
            }
        )+};
    }

    atomic! {
        AtomicBool bool: swap fetch_and fetch_or fetch_xor fetch_nand;
        AtomicU8 u8: swap fetch_add fetch_sub fetch_max fetch_min;
        AtomicU16 u16: swap fetch_add fetch_sub fetch_max fetch_min;
        AtomicU32 u32: swap fetch_add fetch_sub fetch_max fetch_min;
        AtomicU64 u64: swap fetch_add fetch_sub fetch_max fetch_min;
        AtomicUsize usize: swap fetch_add fetch_sub fetch_max fetch_min;
        AtomicI32 i32: swap fetch_add fetch_sub fetch_max fetch_min;
        AtomicI64 i64: swap fetch_add fetch_sub fetch_max fetch_min;
        AtomicIsize isize: swap fetch_add fetch_sub fetch_max fetch_min;
    }
}

#[cfg(test)]
mod tests {
    use super::atomic::{AtomicU32, Ordering::SeqCst};
    use super::*;

    fn twice(add: fn(&AtomicU32, &Mutex<u32>)) -> (u32, u32) {
        let (number, locked) = (AtomicU32::new(0), Mutex::new(0));
        let gaps = open(2);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| add(&number, &locked));
            }
        });
        drop(gaps);
        (number.into_inner(), locked.into_inner().unwrap())
    }

    #[test]
    fn what_is_read_and_then_written_is_lost_and_what_is_added_is_not() {
        let lost = twice(|number, locked| {
            let seen = number.load(SeqCst);
            number.store(seen + 1, SeqCst);
            let seen = *locked.lock().unwrap();
            *locked.lock().unwrap() = seen + 1;
        });
        assert_eq!(lost, (1, 1));
        let kept = twice(|number, locked| {
            number.fetch_add(1, SeqCst);
            *locked.lock().unwrap() += 1;
        });
        assert_eq!(kept, (2, 2));
    }
}
