//! Threads: coroutines that take their steps when the scheduler says so.

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::num::NonZeroUsize;
use std::panic::Location;
pub use std::thread::{Result, panicking};
use std::time::Duration;

use shuttle::thread as keeper;

use judge::judging::lock;

use super::super::run::{self, Grant, Op};

/// The counterpart of std's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ThreadId(u64, usize);

/// The counterpart of std's.
#[derive(Clone, Debug)]
pub struct Thread {
    id: ThreadId,
    name: Option<String>,
}

impl Thread {
    /// Behaves like std's.
    pub fn id(&self) -> ThreadId {
        self.id
    }

    /// Behaves like std's.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn unpark(&self) {
        let caller = Location::caller();
        if run::act(Op::Step, caller) == Grant::Over || self.id.0 != run::number() {
            return;
        }

        let other = self.id.1;
        let name = run::settle(|run, thread| {
            run.unpark(other, thread);
            run.name(other)
        });

        run::tell(None, Some(caller), || {
            format!("unparks {}", name.unwrap_or_default())
        });
    }
}

/// Behaves like std's.
pub fn current() -> Thread {
    let thread = run::me();
    let name = run::with(|run| match thread {
        0 => Some("main".to_owned()),
        _ => run.threads[thread].name.clone(),
    });
    Thread {
        id: ThreadId(run::number(), thread),
        name: name.flatten(),
    }
}

/// Behaves like std's.
#[track_caller]
pub fn park() {
    waits(None, Location::caller());
}

/// Behaves like std's.
#[track_caller]
pub fn park_timeout(limit: Duration) {
    waits(Some(limit), Location::caller());
}

fn waits(timed: Option<Duration>, caller: &'static Location<'static>) {
    let granted = run::act_within(Op::Park, timed, caller);
    run::tell(None, Some(caller), || match granted {
        Grant::WokenUp if timed.is_some() => "its time is up".to_owned(),
        Grant::WokenUp => "wakes up for no reason".to_owned(),
        _ => "is unparked, goes on".to_owned(),
    });
}

/// Behaves like std's: the others may go first.
#[track_caller]
pub fn yield_now() {
    run::act(Op::Yield, Location::caller());
}

/// Behaves like std's. Time is nothing here: the others may go first, and need not.
#[track_caller]
pub fn sleep(_: Duration) {
    run::act(Op::Yield, Location::caller());
}

/// Behaves like std's, for a machine with two cores.
pub fn available_parallelism() -> io::Result<NonZeroUsize> {
    NonZeroUsize::new(2).ok_or_else(|| io::Error::other("two is not zero"))
}

/// Says that a thread has ended, however it ends.
struct Ending(usize);

impl Drop for Ending {
    fn drop(&mut self) {
        if std::thread::panicking() {
            run::is_over_now();
        }
        run::with(|run| {
            if let Some(known) = run.threads.get_mut(self.0) {
                known.is_finished = true;
            }
        });
    }
}

fn begun(thread: usize, name: Option<String>, caller: &'static Location<'static>) {
    run::settle(|run, by| run.begin(thread, name, by));
    run::tell(None, Some(caller), || {
        let name = run::with(|run| run.name(thread));
        format!("starts {}", name.unwrap_or_default())
    });
}

fn wrapped<T>(work: impl FnOnce() -> T) -> impl FnOnce() -> T {
    move || {
        let _ending = Ending(run::me());
        work()
    }
}

/// Behaves like std's.
#[track_caller]
pub fn spawn<F, T>(work: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    spawned(None, work, Location::caller())
}

fn spawned<F, T>(name: Option<String>, work: F, caller: &'static Location<'static>) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    run::me();
    let kept = keeper::spawn(wrapped(work));
    let thread = usize::from(kept.thread().id());
    begun(thread, name.clone(), caller);

    JoinHandle {
        kept,
        thread: Thread {
            id: ThreadId(run::number(), thread),
            name,
        },
    }
}

/// The counterpart of std's.
pub struct JoinHandle<T> {
    kept: keeper::JoinHandle<T>,
    thread: Thread,
}

fn joined(thread: usize, caller: &'static Location<'static>) -> bool {
    let granted = run::act(Op::Join(thread), caller);
    run::tell(None, Some(caller), || {
        let name = run::with(|run| run.name(thread));
        format!("has joined {}", name.unwrap_or_default())
    });
    granted != Grant::Over
}

fn is_over(thread: usize, caller: &'static Location<'static>) -> bool {
    run::act(Op::Step, caller);
    let is_finished = run::settle(|run, me| {
        let seen = run.threads[thread].is_finished;
        run.saw(me, thread);
        seen
    });
    is_finished.unwrap_or(true)
}

impl<T> JoinHandle<T> {
    /// Behaves like std's.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        if joined(self.thread.id.1, Location::caller()) {
            return self.kept.join();
        }
        Err(Box::new("the run is over"))
    }

    /// Behaves like std's.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        is_over(self.thread.id.1, Location::caller())
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").finish_non_exhaustive()
    }
}

/// The counterpart of std's.
pub struct Scope<'scope, 'env: 'scope> {
    kept: &'scope keeper::Scope<'scope, 'env>,
    /// Those that were started in it.
    threads: std::sync::Mutex<Vec<usize>>,
    env: PhantomData<&'env mut &'env ()>,
}

/// The counterpart of std's.
pub struct ScopedJoinHandle<'scope, T> {
    kept: keeper::ScopedJoinHandle<'scope, T>,
    thread: Thread,
}

/// Behaves like std's.
#[track_caller]
pub fn scope<'env, F, T>(work: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    let caller = Location::caller();
    run::me();
    keeper::scope(|kept| {
        // It has to live as long as the keeper's, which this function cannot see. A few bytes for each.
        let scope: &Scope<'_, 'env> = Box::leak(Box::new(Scope {
            kept,
            threads: std::sync::Mutex::default(),
            env: PhantomData,
        }));
        let result = work(scope);
        let threads = std::mem::take(&mut *lock(&scope.threads));
        if !threads.is_empty() {
            run::act(Op::JoinAll(threads), caller);
        }
        result
    })
}

impl<'scope> Scope<'scope, '_> {
    /// Behaves like std's.
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, work: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        self.spawned(None, work, Location::caller())
    }

    fn spawned<F, T>(
        &'scope self,
        name: Option<String>,
        work: F,
        caller: &'static Location<'static>,
    ) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let kept = self.kept.spawn(wrapped(work));
        let thread = usize::from(kept.thread().id());
        lock(&self.threads).push(thread);
        begun(thread, name.clone(), caller);

        ScopedJoinHandle {
            kept,
            thread: Thread {
                id: ThreadId(run::number(), thread),
                name,
            },
        }
    }
}

impl<T> ScopedJoinHandle<'_, T> {
    /// Behaves like std's.
    #[track_caller]
    pub fn join(self) -> Result<T> {
        if joined(self.thread.id.1, Location::caller()) {
            return self.kept.join();
        }
        Err(Box::new("the run is over"))
    }

    /// Behaves like std's.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn is_finished(&self) -> bool {
        is_over(self.thread.id.1, Location::caller())
    }
}

impl fmt::Debug for Scope<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for ScopedJoinHandle<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedJoinHandle").finish_non_exhaustive()
    }
}

/// The counterpart of std's.
#[derive(Debug, Default)]
pub struct Builder {
    name: Option<String>,
}

impl Builder {
    /// Behaves like std's.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// Behaves like std's.
    #[must_use]
    pub fn name(mut self, name: String) -> Builder {
        self.name = Some(name);
        self
    }

    /// Behaves like std's: all stacks are of one size here.
    #[must_use]
    pub fn stack_size(self, _: usize) -> Builder {
        self
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn spawn<F, T>(self, work: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        Ok(spawned(self.name, work, Location::caller()))
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn spawn_scoped<'scope, F, T>(
        self,
        scope: &'scope Scope<'scope, '_>,
        work: F,
    ) -> io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        Ok(scope.spawned(self.name, work, Location::caller()))
    }
}
