//! A mutex whose locking is a step.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::panic::Location;
use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

use super::super::run::{self, Grant, Op, State};
use super::super::value;
use super::handle::Handle;

/// The counterpart of std's.
pub struct Mutex<T> {
    handle: Handle,
    inner: std::sync::Mutex<T>,
}

/// The counterpart of std's.
#[must_use = "if unused the Mutex will immediately unlock"]
pub struct MutexGuard<'a, T> {
    pub(super) of: &'a Mutex<T>,
    /// There until it is given back.
    inner: Option<std::sync::MutexGuard<'a, T>>,
    before: Option<String>,
    mark: Option<u64>,
}

impl<T> Mutex<T> {
    /// Behaves like std's.
    #[track_caller]
    pub const fn new(value: T) -> Mutex<T> {
        Mutex {
            handle: Handle::new(Location::caller()),
            inner: std::sync::Mutex::new(value),
        }
    }

    pub(super) fn object(&self) -> usize {
        self.handle.object(|_| {
            let value = match self.inner.try_lock() {
                Ok(value) if run::is_recorded() => value::shown(&*value),
                _ => None,
            };
            (State::lock(), value)
        })
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let caller = Location::caller();
        if run::act(Op::Lock(self.object()), caller) == Grant::Over {
            return self.taken();
        }
        let taken = self.taken();
        self.tell_of(&taken, caller, "locks");
        taken
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let caller = Location::caller();
        let object = self.object();
        run::looks();
        if run::act(Op::Step, caller) == Grant::Over {
            return self.taken().map_err(TryLockError::Poisoned);
        }

        let at = run::here(caller);
        let is_taken = run::settle(|run, thread| run.take_lock(thread, object, false, at));
        if is_taken != Some(true) {
            run::tell(Some(object), Some(caller), || "finds {} locked".to_owned());
            return Err(TryLockError::WouldBlock);
        }

        let taken = self.taken();
        self.tell_of(&taken, caller, "locks");

        taken.map_err(TryLockError::Poisoned)
    }

    fn tell_of(
        &self,
        taken: &LockResult<MutexGuard<'_, T>>,
        caller: &'static Location<'static>,
        verb: &str,
    ) {
        let (Ok(guard) | Err(guard)) = taken.as_ref().map_err(PoisonError::get_ref);
        run::tell(Some(self.object()), Some(caller), || match &guard.before {
            Some(value) if value != "()" => format!("{verb} {{}}: {value}"),
            _ => format!("{verb} {{}}"),
        });
    }

    /// The guard, now that no other thread has it.
    pub(super) fn taken(&self) -> LockResult<MutexGuard<'_, T>> {
        match self.inner.try_lock() {
            Ok(inner) => Ok(MutexGuard::new(self, inner)),
            Err(TryLockError::Poisoned(poisoned)) => Err(PoisonError::new(MutexGuard::new(
                self,
                poisoned.into_inner(),
            ))),
            Err(TryLockError::WouldBlock) => {
                panic!("a lock that is free in the run is held outside it")
            }
        }
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

impl<'a, T> MutexGuard<'a, T> {
    fn new(of: &'a Mutex<T>, inner: std::sync::MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        let before = if run::is_recorded() {
            value::shown(&*inner)
        } else {
            None
        };
        let mark = value::mark(&*inner);
        MutexGuard {
            of,
            inner: Some(inner),
            before,
            mark,
        }
    }

    /// Gives the lock back as part of a step; the mutex.
    pub(super) fn leave(mut self) -> &'a Mutex<T> {
        self.give_back();
        self.of
    }

    /// Gives the lock back; the value before and after, where they are known.
    fn give_back(&mut self) -> Option<(usize, Option<String>, Option<String>)> {
        let inner = self.inner.take()?;
        let after = if run::is_recorded() {
            value::shown(&*inner)
        } else {
            None
        };
        let mark = value::mark(&*inner);
        drop(inner);

        let lock = self.of.handle.known()?;
        let has_changed = mark.is_none() || mark != self.mark;
        let now = after.clone();
        run::settle(|run, thread| {
            run.give_back(thread, lock, has_changed);
            if now.is_some() {
                run.objects[lock].value = now;
            }
        });

        Some((lock, self.before.take(), after))
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if self.inner.is_none() {
            return;
        }

        if run::is_on() && run::is_looked_at() {
            run::act(Op::Step, Location::caller());
        }

        if let Some((lock, before, after)) = self.give_back() {
            run::tell(Some(lock), None, || told_back(before, after));
        }
    }
}

/// Describes what giving a lock back did.
pub(super) fn told_back(before: Option<String>, after: Option<String>) -> String {
    match (before, after) {
        (Some(before), Some(after)) if before != after => {
            format!("gives {{}} back: {before} → {after}")
        }
        _ => "gives {} back".to_owned(),
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.inner
            .as_ref()
            .expect("it is there until it is dropped")
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.inner
            .as_mut()
            .expect("it is there until it is dropped")
    }
}

impl<T: Default> Default for Mutex<T> {
    #[track_caller]
    fn default() -> Mutex<T> {
        Mutex::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    #[track_caller]
    fn from(value: T) -> Mutex<T> {
        Mutex::new(value)
    }
}

impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
