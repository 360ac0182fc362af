//! A lock for many readers or one writer, whose locking is a step.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

use super::super::run::{self, Grant, Op, State};
use super::super::value;
use super::handle::Handle;
use super::mutex::told_back;

/// The counterpart of std's.
pub struct RwLock<T> {
    handle: Handle,
    inner: std::sync::RwLock<T>,
}

/// The counterpart of std's.
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockReadGuard<'a, T> {
    of: &'a RwLock<T>,
    inner: Option<std::sync::RwLockReadGuard<'a, T>>,
}

/// The counterpart of std's.
#[must_use = "if unused the RwLock will immediately unlock"]
pub struct RwLockWriteGuard<'a, T> {
    of: &'a RwLock<T>,
    inner: Option<std::sync::RwLockWriteGuard<'a, T>>,
    before: Option<String>,
    mark: Option<u64>,
}

const NOT_FREE: &str = "a lock that is free in the run is held outside it";

impl<T> RwLock<T> {
    /// Behaves like std's.
    #[track_caller]
    pub const fn new(value: T) -> RwLock<T> {
        RwLock {
            handle: Handle::new(Location::caller()),
            inner: std::sync::RwLock::new(value),
        }
    }

    fn object(&self) -> usize {
        self.handle.object(|_| {
            let value = match self.inner.try_read() {
                Ok(value) if run::is_recorded() => value::shown(&*value),
                _ => None,
            };
            (State::lock(), value)
        })
    }

    fn reading(&self, caller: &'static Location<'static>) -> LockResult<RwLockReadGuard<'_, T>> {
        let (inner, is_poisoned) = match self.inner.try_read() {
            Ok(inner) => (inner, false),
            Err(TryLockError::Poisoned(poisoned)) => (poisoned.into_inner(), true),
            Err(TryLockError::WouldBlock) => panic!("{NOT_FREE}"),
        };
        run::tell(Some(self.object()), Some(caller), || {
            match value::shown(&*inner) {
                Some(value) => format!("locks {{}} to read: {value}"),
                None => "locks {} to read".to_owned(),
            }
        });

        let guard = RwLockReadGuard {
            of: self,
            inner: Some(inner),
        };

        if is_poisoned {
            Err(PoisonError::new(guard))
        } else {
            Ok(guard)
        }
    }

    fn writing(&self, caller: &'static Location<'static>) -> LockResult<RwLockWriteGuard<'_, T>> {
        let (inner, is_poisoned) = match self.inner.try_write() {
            Ok(inner) => (inner, false),
            Err(TryLockError::Poisoned(poisoned)) => (poisoned.into_inner(), true),
            Err(TryLockError::WouldBlock) => panic!("{NOT_FREE}"),
        };
        let before = if run::is_recorded() {
            value::shown(&*inner)
        } else {
            None
        };
        run::tell(Some(self.object()), Some(caller), || match &before {
            Some(value) => format!("locks {{}} to write: {value}"),
            None => "locks {} to write".to_owned(),
        });

        let guard = RwLockWriteGuard {
            of: self,
            mark: value::mark(&*inner),
            inner: Some(inner),
            before,
        };

        if is_poisoned {
            Err(PoisonError::new(guard))
        } else {
            Ok(guard)
        }
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        let caller = Location::caller();
        run::act(Op::Read(self.object()), caller);
        self.reading(caller)
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        let caller = Location::caller();
        run::act(Op::Lock(self.object()), caller);
        self.writing(caller)
    }

    fn tries(&self, only_reads: bool, caller: &'static Location<'static>) -> bool {
        let object = self.object();
        run::looks();
        if run::act(Op::Step, caller) == Grant::Over {
            return true;
        }

        let at = run::here(caller);
        let taken = run::settle(|run, thread| run.take_lock(thread, object, only_reads, at));
        if taken != Some(true) {
            run::tell(Some(object), Some(caller), || "finds {} locked".to_owned());
        }

        taken == Some(true)
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        let caller = Location::caller();
        if self.tries(true, caller) {
            return self.reading(caller).map_err(TryLockError::Poisoned);
        }
        Err(TryLockError::WouldBlock)
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        let caller = Location::caller();
        if self.tries(false, caller) {
            return self.writing(caller).map_err(TryLockError::Poisoned);
        }
        Err(TryLockError::WouldBlock)
    }

    /// Behaves like std's.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.inner.get_mut()
    }

    /// Behaves like std's.
    pub fn into_inner(self) -> LockResult<T> {
        self.inner.into_inner()
    }

    /// Behaves like std's.
    pub fn is_poisoned(&self) -> bool {
        self.inner.is_poisoned()
    }

    /// Behaves like std's.
    pub fn clear_poison(&self) {
        self.inner.clear_poison();
    }
}

fn step_before_giving_back() {
    if run::is_on() && run::is_looked_at() {
        run::act(Op::Step, Location::caller());
    }
}

impl<T> Drop for RwLockReadGuard<'_, T> {
    fn drop(&mut self) {
        step_before_giving_back();
        drop(self.inner.take());
        let Some(lock) = self.of.handle.known() else {
            return;
        };
        run::settle(|run, thread| run.give_back(thread, lock, false));
        run::tell(Some(lock), None, || "gives {} back".to_owned());
    }
}

impl<T> Drop for RwLockWriteGuard<'_, T> {
    fn drop(&mut self) {
        step_before_giving_back();
        let Some(inner) = self.inner.take() else {
            return;
        };

        let after = if run::is_recorded() {
            value::shown(&*inner)
        } else {
            None
        };
        let mark = value::mark(&*inner);

        drop(inner);
        let Some(lock) = self.of.handle.known() else {
            return;
        };

        let has_changed = mark.is_none() || mark != self.mark;
        let now = after.clone();
        run::settle(|run, thread| {
            run.give_back(thread, lock, has_changed);
            if now.is_some() {
                run.objects[lock].value = now;
            }
        });

        run::tell(Some(lock), None, || told_back(self.before.take(), after));
    }
}

impl<T> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.inner
            .as_ref()
            .expect("it is there until it is dropped")
    }
}

impl<T> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.inner
            .as_ref()
            .expect("it is there until it is dropped")
    }
}

impl<T> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner
            .as_mut()
            .expect("it is there until it is dropped")
    }
}

impl<T: Default> Default for RwLock<T> {
    #[track_caller]
    fn default() -> RwLock<T> {
        RwLock::new(T::default())
    }
}

impl<T> From<T> for RwLock<T> {
    #[track_caller]
    fn from(value: T) -> RwLock<T> {
        RwLock::new(value)
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
