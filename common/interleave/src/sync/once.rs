//! What is initialized once.

use std::fmt;
use std::ops::Deref;
use std::panic::Location;
use std::sync::Mutex as Real;

use super::super::run::{self, Grant, Op, State};
use super::super::value;
use super::handle::Handle;

/// The counterpart of std's.
#[derive(Debug)]
pub struct Once {
    handle: Handle,
}

/// The counterpart of std's: nothing is poisoned here.
#[derive(Debug)]
pub struct OnceState(());

impl OnceState {
    /// Behaves like std's.
    pub fn is_poisoned(&self) -> bool {
        false
    }
}

impl Once {
    /// Behaves like std's.
    #[track_caller]
    pub const fn new() -> Once {
        Once {
            handle: Handle::new(Location::caller()),
        }
    }

    fn object(&self) -> usize {
        self.handle.object(|_| {
            let state = State::Once {
                running: None,
                is_done: false,
            };
            (state, None)
        })
    }

    /// `true` if this thread is to initialize, and to say [`Once::done`] then.
    fn begins(&self, caller: &'static Location<'static>) -> bool {
        let once = self.object();
        if run::act(Op::Once(once), caller) == Grant::Over {
            return true;
        }

        let begins = run::change(once, |object, thread| {
            let State::Once { running, is_done } = &mut object.state else {
                return false;
            };
            if !*is_done {
                *running = Some(thread);
            }
            !*is_done
        });
        run::tell(Some(once), Some(caller), || {
            let deed = if begins {
                "initializes {}"
            } else {
                "finds {} initialized"
            };
            deed.to_owned()
        });

        begins
    }

    fn done(&self, shown: Option<String>) {
        let once = self.object();
        if !run::is_on() {
            return;
        }

        run::change(once, |object, _| {
            object.value = shown;
            object.state = State::Once {
                running: None,
                is_done: true,
            };
        });
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn call_once<F: FnOnce()>(&self, initialize: F) {
        if self.begins(Location::caller()) {
            initialize();
            self.done(None);
        }
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn call_once_force<F: FnOnce(&OnceState)>(&self, initialize: F) {
        if self.begins(Location::caller()) {
            initialize(&OnceState(()));
            self.done(None);
        }
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn is_completed(&self) -> bool {
        let once = self.object();
        run::act(Op::Step, Location::caller());
        run::look(once, |object| {
            matches!(object.state, State::Once { is_done: true, .. })
        })
    }
}

impl Default for Once {
    #[track_caller]
    fn default() -> Once {
        Once::new()
    }
}

/// The counterpart of std's.
pub struct OnceLock<T> {
    once: Once,
    inner: std::sync::OnceLock<T>,
}

impl<T> OnceLock<T> {
    /// Behaves like std's.
    #[track_caller]
    pub const fn new() -> OnceLock<T> {
        OnceLock {
            once: Once::new(),
            inner: std::sync::OnceLock::new(),
        }
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn get(&self) -> Option<&T> {
        self.once.object();
        run::act(Op::Step, Location::caller());
        if run::is_on() {
            run::look(self.once.object(), |_| ());
        }
        self.inner.get()
    }

    /// Behaves like std's.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.inner.get_mut()
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn set(&self, value: T) -> Result<(), T> {
        if !self.once.begins(Location::caller()) {
            return Err(value);
        }
        let set = self.inner.set(value);
        self.once.done(self.inner.get().and_then(value::shown));
        set
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn get_or_init<F: FnOnce() -> T>(&self, initialize: F) -> &T {
        if self.once.begins(Location::caller()) {
            let value = initialize();
            let _ = self.inner.set(value);
            self.once.done(self.inner.get().and_then(value::shown));
        }
        self.inner.get().expect("it has been initialized")
    }

    /// Behaves like std's.
    pub fn into_inner(self) -> Option<T> {
        self.inner.into_inner()
    }

    /// Behaves like std's.
    pub fn take(&mut self) -> Option<T> {
        self.inner.take()
    }
}

impl<T> Default for OnceLock<T> {
    #[track_caller]
    fn default() -> OnceLock<T> {
        OnceLock::new()
    }
}

impl<T: fmt::Debug> fmt::Debug for OnceLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// The counterpart of std's.
pub struct LazyLock<T, F = fn() -> T> {
    cell: OnceLock<T>,
    initialize: Real<Option<F>>,
}

impl<T, F: FnOnce() -> T> LazyLock<T, F> {
    /// Behaves like std's.
    #[track_caller]
    pub const fn new(initialize: F) -> LazyLock<T, F> {
        LazyLock {
            cell: OnceLock::new(),
            initialize: Real::new(Some(initialize)),
        }
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn force(this: &LazyLock<T, F>) -> &T {
        if run::number() == 0
            && let Some(value) = this.cell.inner.get()
        {
            return value;
        }

        this.cell.get_or_init(|| {
            let initialize = this
                .initialize
                .lock()
                .ok()
                .and_then(|mut taken| taken.take());
            initialize.expect("it is initialized once")()
        })
    }
}

impl<T, F: FnOnce() -> T> Deref for LazyLock<T, F> {
    type Target = T;

    fn deref(&self) -> &T {
        LazyLock::force(self)
    }
}

impl<T: fmt::Debug, F> fmt::Debug for LazyLock<T, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cell.fmt(f)
    }
}
