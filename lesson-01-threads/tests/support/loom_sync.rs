//! What exercises that are judged under loom find as `crate::sync` and as std's: loom's, and each step says what it saw.

use real_std::panic::Location;

use interleave::witness;
use judge::{Kind, fail};

pub use loom::sync::{Barrier, MutexGuard, Notify, RwLockReadGuard, RwLockWriteGuard};
pub use real_std::sync::{Arc, LockResult, PoisonError, TryLockError, TryLockResult, Weak};

/// So many times in a row a thread may let the others go first.
const IN_VAIN: usize = 100;

/// Does what this thread may have to wait for; `what` it is.
fn waits<T>(caller: &'static Location<'static>, what: &'static str, wait: impl FnOnce() -> T) -> T {
    thread::may_wait();
    witness::waits(thread::number(), caller, what, wait)
}

fn saw(caller: &'static Location<'static>, deed: String) {
    witness::saw(thread::number(), caller, deed);
}

/// Ends the check: a thread asks again and again.
fn yields() {
    thread::may_wait();
    if thread::yields() > IN_VAIN {
        let what = "it asks again and again, where it should sleep";
        fail(Kind::Stuck, what);
    }
    loom::thread::yield_now();
}

/// As std's.
pub mod hint {
    pub use real_std::hint::{assert_unchecked, black_box, unreachable_unchecked};

    /// As std's.
    pub fn spin_loop() {
        super::yields();
    }
}

/// As std's.
pub mod atomic {
    use super::{Location, saw};
    pub use loom::sync::atomic::{Ordering, fence};

    /// As std's.
    pub fn compiler_fence(_: Ordering) {}

    macro_rules! atomic {
        ($($name:ident $type:ty: $($fetch:ident)+;)+) => {$(
            /// As std's.
            #[derive(Debug)]
            pub struct $name(loom::sync::atomic::$name);

            impl $name {
                /// As std's.
                pub fn new(value: $type) -> $name {
                    $name(loom::sync::atomic::$name::new(value))
                }

                /// As std's.
                #[track_caller]
                pub fn load(&self, ordering: Ordering) -> $type {
                    let value = self.0.load(ordering);
                    saw(Location::caller(), format!("reads {{}}: {value:?} ({ordering:?})"));
                    value
                }

                /// As std's.
                #[track_caller]
                pub fn store(&self, value: $type, ordering: Ordering) {
                    self.0.store(value, ordering);
                    saw(Location::caller(), format!("writes {{}}: {value:?} ({ordering:?})"));
                }

                /// As std's.
                #[track_caller]
                pub fn swap(&self, value: $type, ordering: Ordering) -> $type {
                    let before = self.0.swap(value, ordering);
                    let deed = format!("swaps {{}}: {before:?} -> {value:?} ({ordering:?})");
                    saw(Location::caller(), deed);
                    before
                }

                /// As std's.
                #[track_caller]
                pub fn compare_exchange(
                    &self,
                    current: $type,
                    new: $type,
                    success: Ordering,
                    failure: Ordering,
                ) -> Result<$type, $type> {
                    let result = self.0.compare_exchange(current, new, success, failure);
                    saw(Location::caller(), match result {
                        Ok(_) => format!("changes {{}}: {current:?} -> {new:?} ({success:?})"),
                        Err(seen) => format!("finds {{}}: {seen:?}, not {current:?} ({failure:?})"),
                    });
                    result
                }

                /// As std's.
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

                /// As std's.
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

                $(
                    /// As std's.
                    #[track_caller]
                    pub fn $fetch(&self, value: $type, ordering: Ordering) -> $type {
                        let before = self.0.$fetch(value, ordering);
                        let deed = concat!(stringify!($fetch), " on {}");
                        saw(Location::caller(), format!("{deed}: {value:?}, was {before:?} ({ordering:?})"));
                        before
                    }
                )+
            }

            impl Default for $name {
                fn default() -> $name {
                    $name::new(<$type>::default())
                }
            }

            impl From<$type> for $name {
                fn from(value: $type) -> $name {
                    $name::new(value)
                }
            }
        )+};
    }

    atomic! {
        AtomicBool bool: fetch_and fetch_or fetch_xor fetch_nand;
        AtomicU8 u8: fetch_add fetch_sub fetch_and fetch_or fetch_xor fetch_max fetch_min;
        AtomicU16 u16: fetch_add fetch_sub fetch_and fetch_or fetch_xor fetch_max fetch_min;
        AtomicU32 u32: fetch_add fetch_sub fetch_and fetch_or fetch_xor fetch_max fetch_min;
        AtomicU64 u64: fetch_add fetch_sub fetch_and fetch_or fetch_xor fetch_max fetch_min;
        AtomicUsize usize: fetch_add fetch_sub fetch_and fetch_or fetch_xor fetch_max fetch_min;
        AtomicI32 i32: fetch_add fetch_sub fetch_and fetch_or fetch_xor fetch_max fetch_min;
        AtomicI64 i64: fetch_add fetch_sub fetch_and fetch_or fetch_xor fetch_max fetch_min;
        AtomicIsize isize: fetch_add fetch_sub fetch_and fetch_or fetch_xor fetch_max fetch_min;
    }
}

/// As std's.
#[derive(Debug)]
pub struct Mutex<T>(loom::sync::Mutex<T>, Tries);

/// Makes trying a lock two steps, one of them with the lock held: for loom, giving it back is none.
#[derive(Debug, Default)]
struct Tries(loom::sync::atomic::AtomicUsize);

impl Tries {
    fn of<G>(&self, tries: impl FnOnce() -> G) -> G {
        let step = || self.0.fetch_add(1, atomic::Ordering::Relaxed);

        step();
        let guard = tries();
        step();

        guard
    }
}

impl<T> Mutex<T> {
    /// As std's.
    pub fn new(value: T) -> Mutex<T> {
        Mutex(loom::sync::Mutex::new(value), Tries::default())
    }

    /// As std's.
    #[track_caller]
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let caller = Location::caller();
        let guard = waits(caller, "for {}, which another thread holds", || {
            self.0.lock()
        });
        saw(caller, "locks {}".to_owned());
        guard
    }

    /// As std's.
    #[track_caller]
    pub fn try_lock(&self) -> TryLockResult<MutexGuard<'_, T>> {
        let guard = self.1.of(|| self.0.try_lock());
        tried(Location::caller(), guard.is_ok(), "locks {}");
        guard
    }

    /// As std's.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.0.get_mut()
    }

    /// As std's.
    pub fn into_inner(self) -> LockResult<T> {
        self.0.into_inner()
    }

    /// As std's: a panic ends the check.
    pub fn is_poisoned(&self) -> bool {
        false
    }

    /// As std's.
    pub fn clear_poison(&self) {}
}

fn tried(caller: &'static Location<'static>, has_it: bool, deed: &str) {
    let in_vain = "finds {} locked";
    saw(caller, if has_it { deed } else { in_vain }.to_owned());
}

/// As std's.
#[derive(Debug)]
pub struct RwLock<T>(loom::sync::RwLock<T>, Tries);

impl<T> RwLock<T> {
    /// As std's.
    pub fn new(value: T) -> RwLock<T> {
        RwLock(loom::sync::RwLock::new(value), Tries::default())
    }

    /// As std's.
    #[track_caller]
    pub fn read(&self) -> LockResult<RwLockReadGuard<'_, T>> {
        let caller = Location::caller();
        let guard = waits(caller, "for {}, which another thread holds", || {
            self.0.read()
        });
        saw(caller, "locks {} for reading".to_owned());
        guard
    }

    /// As std's.
    #[track_caller]
    pub fn write(&self) -> LockResult<RwLockWriteGuard<'_, T>> {
        let caller = Location::caller();
        let guard = waits(caller, "for {}, which another thread holds", || {
            self.0.write()
        });
        saw(caller, "locks {} for writing".to_owned());
        guard
    }

    /// As std's.
    #[track_caller]
    pub fn try_read(&self) -> TryLockResult<RwLockReadGuard<'_, T>> {
        let guard = self.1.of(|| self.0.try_read());
        tried(Location::caller(), guard.is_ok(), "locks {} for reading");
        guard
    }

    /// As std's.
    #[track_caller]
    pub fn try_write(&self) -> TryLockResult<RwLockWriteGuard<'_, T>> {
        let guard = self.1.of(|| self.0.try_write());
        tried(Location::caller(), guard.is_ok(), "locks {} for writing");
        guard
    }

    /// As std's.
    pub fn get_mut(&mut self) -> LockResult<&mut T> {
        self.0.get_mut()
    }

    /// As std's.
    pub fn into_inner(self) -> LockResult<T> {
        self.0.into_inner()
    }

    /// As std's: a panic ends the check.
    pub fn is_poisoned(&self) -> bool {
        false
    }

    /// As std's.
    pub fn clear_poison(&self) {}
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> RwLock<T> {
        RwLock::new(T::default())
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(value: T) -> RwLock<T> {
        RwLock::new(value)
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Mutex<T> {
        Mutex::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    fn from(value: T) -> Mutex<T> {
        Mutex::new(value)
    }
}

/// As std's.
#[derive(Debug, Default)]
pub struct Condvar(loom::sync::Condvar);

/// As std's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(());

impl WaitTimeoutResult {
    /// As std's: time is not what loom is about, so it is never up.
    pub fn timed_out(&self) -> bool {
        false
    }
}

impl Condvar {
    /// As std's.
    pub fn new() -> Condvar {
        Condvar::default()
    }

    /// As std's.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let caller = Location::caller();
        saw(caller, "gives the lock back, sleeps".to_owned());
        thread::sleeps();
        let what = "at {} for a notification that nobody is left to send";
        let guard = waits(caller, what, || self.0.wait(guard));
        saw(caller, "wakes up".to_owned());
        guard
    }

    /// As std's.
    #[track_caller]
    pub fn wait_while<'a, T, F: FnMut(&mut T) -> bool>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut condition: F,
    ) -> LockResult<MutexGuard<'a, T>> {
        while condition(&mut *guard) {
            guard = self.wait(guard)?;
        }
        Ok(guard)
    }

    /// As std's.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        _: real_std::time::Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        Ok((
            self.wait(guard).unwrap_or_else(PoisonError::into_inner),
            WaitTimeoutResult(()),
        ))
    }

    /// As std's.
    #[track_caller]
    pub fn wait_timeout_while<'a, T, F: FnMut(&mut T) -> bool>(
        &self,
        guard: MutexGuard<'a, T>,
        _: real_std::time::Duration,
        condition: F,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let guard = self.wait_while(guard, condition);
        Ok((
            guard.unwrap_or_else(PoisonError::into_inner),
            WaitTimeoutResult(()),
        ))
    }

    /// As std's.
    #[track_caller]
    pub fn notify_one(&self) {
        saw(Location::caller(), "notifies one".to_owned());
        self.0.notify_one();
    }

    /// As std's.
    #[track_caller]
    pub fn notify_all(&self) {
        saw(Location::caller(), "notifies all".to_owned());
        self.0.notify_all();
    }
}

/// As std's.
pub mod mpsc {
    use super::{Location, saw, thread, waits};
    pub use loom::sync::mpsc::Sender;
    pub use real_std::sync::mpsc::{RecvError, SendError, TryRecvError};

    /// As std's.
    #[derive(Debug)]
    pub struct Receiver<T>(loom::sync::mpsc::Receiver<T>);

    /// As std's.
    pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
        let (sender, receiver) = loom::sync::mpsc::channel();
        (sender, Receiver(receiver))
    }

    impl<T> Receiver<T> {
        /// As std's.
        #[track_caller]
        pub fn recv(&self) -> Result<T, RecvError> {
            saw(Location::caller(), "waits for an item".to_owned());
            thread::sleeps();
            let what = "for an item of a channel, to which nobody sends, and which is not closed";
            let item = waits(Location::caller(), what, || self.0.recv());
            saw(Location::caller(), "receives an item".to_owned());
            item
        }

        /// As std's.
        pub fn try_recv(&self) -> Result<T, TryRecvError> {
            self.0.try_recv()
        }
    }
}

/// As std's.
#[derive(Debug)]
pub struct OnceLock<T> {
    /// What makes one thread's value seen by the others.
    order: loom::sync::Mutex<()>,
    value: real_std::sync::OnceLock<T>,
}

impl<T> OnceLock<T> {
    /// As std's.
    pub fn new() -> OnceLock<T> {
        OnceLock {
            order: loom::sync::Mutex::new(()),
            value: real_std::sync::OnceLock::new(),
        }
    }

    /// As std's.
    pub fn get(&self) -> Option<&T> {
        let _order = self.order.lock();
        self.value.get()
    }

    /// As std's.
    pub fn set(&self, value: T) -> Result<(), T> {
        let _order = self.order.lock();
        self.value.set(value)
    }

    /// As std's.
    pub fn get_or_init<F: FnOnce() -> T>(&self, initialize: F) -> &T {
        let _order = self.order.lock();
        self.value.get_or_init(initialize)
    }

    /// As std's.
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }
}

impl<T> Default for OnceLock<T> {
    fn default() -> OnceLock<T> {
        OnceLock::new()
    }
}

/// Threads.
pub mod thread {
    use real_std::num::NonZeroUsize;
    use real_std::sync::Arc;
    use real_std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
    use real_std::time::Duration;

    use super::{Location, saw, waits};
    use loom::sync::{Condvar, Mutex};
    pub use loom::thread::JoinHandle;
    pub use real_std::thread::{Result, panicking};

    /// A handle to a thread. With loom's own, a thread sees all that came before an `unpark` whether it was asleep or not,
    /// which is more than std promises: there, it is the `park` that sees it.
    #[derive(Clone, Debug)]
    pub struct Thread {
        token: Arc<(Mutex<bool>, Condvar)>,
        number: usize,
        yields: Arc<AtomicUsize>,
        /// How often it has done what may make it wait for another thread.
        waits: Arc<AtomicUsize>,
    }

    /// As std's.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct ThreadId(usize);

    static THREADS: AtomicUsize = AtomicUsize::new(0);

    impl Default for Thread {
        fn default() -> Thread {
            Thread {
                token: Arc::default(),
                number: THREADS.fetch_add(1, Ordering::Relaxed),
                yields: Arc::default(),
                waits: Arc::default(),
            }
        }
    }

    loom::thread_local! {
        static CURRENT: Thread = Thread::default();
    }

    /// How often `park` is to return for no reason, before it sleeps.
    static FOR_NO_REASON: AtomicUsize = AtomicUsize::new(0);

    /// A thread has gone to sleep in this run.
    static ASLEEP: AtomicBool = AtomicBool::new(false);

    impl Thread {
        /// As std's.
        #[track_caller]
        pub fn unpark(&self) {
            saw(Location::caller(), "unparks the waiter".to_owned());
            *self.token.0.lock().expect("no thread panics with the lock") = true;
            self.token.1.notify_one();
        }

        /// As std's.
        pub fn id(&self) -> ThreadId {
            ThreadId(self.number)
        }

        /// As std's.
        pub fn name(&self) -> Option<&str> {
            (self.number == 0).then_some("main")
        }
    }

    /// The number of this thread in this run.
    pub fn number() -> usize {
        current().number
    }

    /// How often this thread has let others go first, since it has slept.
    pub fn yields() -> usize {
        current().yields.fetch_add(1, Ordering::Relaxed)
    }

    /// As std's.
    pub fn current() -> Thread {
        CURRENT.with(Clone::clone)
    }

    /// As std's.
    pub fn spawn<F, T>(work: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T + 'static,
        T: 'static,
    {
        loom::thread::spawn(work)
    }

    /// As std's.
    #[track_caller]
    pub fn park() {
        let caller = Location::caller();
        let left = FOR_NO_REASON.load(Ordering::Relaxed);
        if left > 0 {
            FOR_NO_REASON.store(left - 1, Ordering::Relaxed);
            saw(caller, "wakes up for no reason".to_owned());
            return;
        }
        saw(caller, "parks".to_owned());
        let me = current();
        me.yields.store(0, Ordering::Relaxed);
        sleeps();
        waits(caller, "to be unparked, which nobody is left to do", || {
            let mut given = me.token.0.lock().expect("no thread panics with the lock");
            while !*given {
                given = me
                    .token
                    .1
                    .wait(given)
                    .expect("no thread panics with the lock");
            }
            *given = false;
        });
        saw(caller, "goes on".to_owned());
    }

    /// As std's: time is not what loom is about, so it is never up.
    #[track_caller]
    pub fn park_timeout(_: Duration) {
        park();
    }

    /// As std's.
    pub fn yield_now() {
        super::yields();
    }

    /// As std's: a loop that sleeps for a while and asks again is one that asks again and again.
    pub fn sleep(_: Duration) {
        super::yields();
    }

    /// As std's.
    pub fn available_parallelism() -> real_std::io::Result<NonZeroUsize> {
        Ok(NonZeroUsize::MIN)
    }

    /// The next `park`s are to return at once, as every `park` may.
    pub fn wake_for_no_reason(times: usize) {
        FOR_NO_REASON.store(times, Ordering::Relaxed);
    }

    /// This thread does what may make it wait for another one.
    pub fn may_wait() {
        current().waits.fetch_add(1, Ordering::Relaxed);
    }

    /// How often this thread has done so.
    pub fn waits_so_far() -> usize {
        current().waits.load(Ordering::Relaxed)
    }

    /// A thread goes to sleep.
    pub fn sleeps() {
        ASLEEP.store(true, Ordering::Relaxed);
    }

    /// Whether a thread has gone to sleep in this run; lets it, if not.
    pub fn is_asleep() -> bool {
        loom::thread::yield_now();
        ASLEEP.load(Ordering::Relaxed)
    }

    /// Begins a run.
    pub fn start() {
        ASLEEP.store(false, Ordering::Relaxed);
        THREADS.store(0, Ordering::Relaxed);
        FOR_NO_REASON.store(0, Ordering::Relaxed);
        super::witness::start();
        current();
    }
}
