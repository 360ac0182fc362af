//! Atomic numbers and flags: each access is a step. All are as strict as `SeqCst`; what weaker orderings allow is loom's
//! business.

use std::fmt;
use std::panic::Location;
pub use std::sync::atomic::Ordering;
use std::sync::atomic::Ordering::SeqCst;

use super::super::run::{self, Grant, Op, State};
use super::handle::Handle;

/// Behaves like std's; since all are as strict as can be, it does nothing.
pub fn fence(_: Ordering) {}

/// Behaves like std's.
pub fn compiler_fence(_: Ordering) {}

macro_rules! atomic {
    ($(#[$doc:meta] $name:ident $type:ty)+) => {$(
        #[$doc]
        pub struct $name {
            handle: Handle,
            inner: std::sync::atomic::$name,
            /// A static starts with it in every run.
            first: $type,
        }

        impl $name {
            /// Behaves like std's.
            #[track_caller]
            pub const fn new(value: $type) -> $name {
                $name {
                    handle: Handle::new(Location::caller()),
                    inner: std::sync::atomic::$name::new(value),
                    first: value,
                }
            }

            fn object(&self) -> usize {
                self.handle.object(|again| {
                    if again {
                        self.inner.store(self.first, SeqCst);
                    }
                    let value = self.inner.load(SeqCst);
                    (State::Atomic, run::is_recorded().then(|| format!("{value:?}")))
                })
            }

            fn access<T>(
                &self,
                caller: &'static Location<'static>,
                access: impl FnOnce(&std::sync::atomic::$name) -> T,
                deed: impl FnOnce($type, $type) -> String,
            ) -> T {
                let object = self.object();
                if run::act(Op::Step, caller) == Grant::Over {
                    return access(&self.inner);
                }

                let before = self.inner.load(SeqCst);
                let result = access(&self.inner);
                let after = self.inner.load(SeqCst);
                if run::is_recorded() {
                    run::change(object, |object, _| object.value = Some(format!("{after:?}")));
                } else {
                    run::change(object, |_, _| ());
                }

                run::tell(Some(object), Some(caller), || deed(before, after));
                result
            }

            /// Behaves like std's.
            #[track_caller]
            pub fn load(&self, _: Ordering) -> $type {
                let caller = Location::caller();
                let object = self.object();
                let granted = run::act(Op::Step, caller);
                let value = self.inner.load(SeqCst);
                if granted != Grant::Over {
                    run::look(object, |_| ());
                    run::tell(Some(object), Some(caller), || format!("reads {{}}: {value:?}"));
                }

                value
            }

            /// Behaves like std's.
            #[track_caller]
            pub fn store(&self, value: $type, _: Ordering) {
                let deed = |before, after| if before == after {
                    format!("writes {{}}: {after:?}")
                } else {
                    format!("writes {{}}: {before:?} → {after:?}")
                };
                self.access(Location::caller(), |inner| inner.store(value, SeqCst), deed);
            }

            /// Behaves like std's.
            #[track_caller]
            pub fn swap(&self, value: $type, _: Ordering) -> $type {
                let deed = |before, after| format!("swaps {{}}: {before:?} → {after:?}");
                self.access(Location::caller(), |inner| inner.swap(value, SeqCst), deed)
            }

            /// Behaves like std's.
            #[track_caller]
            pub fn compare_exchange(
                &self,
                current: $type,
                new: $type,
                _: Ordering,
                _: Ordering,
            ) -> Result<$type, $type> {
                let deed = |before: $type, after: $type| if before == current {
                    format!("changes {{}}: {before:?} → {after:?}")
                } else {
                    format!("finds {{}}: {before:?}, not {current:?}")
                };
                let exchange = |inner: &std::sync::atomic::$name| {
                    inner.compare_exchange(current, new, SeqCst, SeqCst)
                };
                self.access(Location::caller(), exchange, deed)
            }

            /// Behaves like std's.
            #[track_caller]
            pub fn compare_exchange_weak(
                &self,
                current: $type,
                new: $type,
                success: Ordering,
                failure: Ordering,
            ) -> Result<$type, $type> {
                self.compare_exchange(current, new, success, failure)
            }

            /// Behaves like std's.
            #[track_caller]
            pub fn fetch_update<F: FnMut($type) -> Option<$type>>(
                &self,
                success: Ordering,
                failure: Ordering,
                mut update: F,
            ) -> Result<$type, $type> {
                let mut seen = self.load(failure);
                while let Some(next) = update(seen) {
                    match self.compare_exchange(seen, next, success, failure) {
                        Ok(before) => return Ok(before),
                        Err(now) => seen = now,
                    }
                }
                Err(seen)
            }

            /// Behaves like std's.
            pub fn get_mut(&mut self) -> &mut $type {
                self.inner.get_mut()
            }

            /// Behaves like std's.
            pub fn into_inner(self) -> $type {
                self.inner.into_inner()
            }
        }

        impl Default for $name {
            #[track_caller]
            fn default() -> $name {
                $name::new(<$type>::default())
            }
        }

        impl From<$type> for $name {
            #[track_caller]
            fn from(value: $type) -> $name {
                $name::new(value)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.inner.fmt(f)
            }
        }
    )+};
}

macro_rules! fetch {
    ($name:ident $type:ty: $($fetch:ident $verb:literal)+) => {
        impl $name {$(
            /// Behaves like std's.
            #[track_caller]
            pub fn $fetch(&self, value: $type, _: Ordering) -> $type {
                let deed = |before, after| {
                    format!(concat!($verb, " {:?} to {{}}: {:?} → {:?}"), value, before, after)
                };
                self.access(Location::caller(), |inner| inner.$fetch(value, SeqCst), deed)
            }
        )+}
    };
}

macro_rules! numbers {
    ($(#[$doc:meta] $name:ident $type:ty)+) => {
        atomic! { $(#[$doc] $name $type)+ }
        $(fetch! {
            $name $type:
            fetch_add "adds" fetch_sub "takes away" fetch_and "ands" fetch_nand "nands"
            fetch_or "ors" fetch_xor "xors" fetch_max "takes the greater" fetch_min "takes the lesser"
        })+
    };
}

atomic! {
    /// The counterpart of std's.
    AtomicBool bool
}
fetch! { AtomicBool bool: fetch_and "ands" fetch_nand "nands" fetch_or "ors" fetch_xor "xors" }

impl AtomicBool {
    /// Behaves like std's.
    #[track_caller]
    pub fn fetch_not(&self, ordering: Ordering) -> bool {
        self.fetch_xor(true, ordering)
    }
}

numbers! {
    /// The counterpart of std's.
    AtomicU8 u8
    /// The counterpart of std's.
    AtomicU16 u16
    /// The counterpart of std's.
    AtomicU32 u32
    /// The counterpart of std's.
    AtomicU64 u64
    /// The counterpart of std's.
    AtomicUsize usize
    /// The counterpart of std's.
    AtomicI8 i8
    /// The counterpart of std's.
    AtomicI16 i16
    /// The counterpart of std's.
    AtomicI32 i32
    /// The counterpart of std's.
    AtomicI64 i64
    /// The counterpart of std's.
    AtomicIsize isize
}
