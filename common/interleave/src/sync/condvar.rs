//! A condition variable: its waits and notifications are steps, and a wait may end for no reason, as std says.

use std::panic::Location;
use std::sync::{LockResult, PoisonError};
use std::time::Duration;

use super::super::run::{self, Grant, Op, State};
use super::handle::Handle;
use super::mutex::MutexGuard;

/// The counterpart of std's.
#[derive(Debug)]
pub struct Condvar {
    handle: Handle,
}

/// The counterpart of std's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    /// Behaves like std's.
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    /// Behaves like std's.
    #[track_caller]
    pub const fn new() -> Condvar {
        Condvar {
            handle: Handle::new(Location::caller()),
        }
    }

    fn object(&self) -> usize {
        self.handle.object(|_| {
            let state = State::Bell {
                asleep: Vec::new(),
                signals: Vec::new(),
            };
            (state, None)
        })
    }

    fn sleep<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        timed: Option<Duration>,
        caller: &'static Location<'static>,
    ) -> (LockResult<MutexGuard<'a, T>>, Grant) {
        let bell = self.object();
        let lock = guard.of.object();
        // An atomic that is set without the lock may change between the look at it and the sleep.
        if run::act(Op::Step, caller) == Grant::Over {
            return (Ok(guard), Grant::Over);
        }

        let mutex = guard.leave();
        run::change(bell, |object, thread| {
            if let State::Bell { asleep, .. } = &mut object.state {
                asleep.push(thread);
            }
        });

        let at = run::here(caller);
        run::settle(|run, thread| {
            let deed = "gives {} back, sleeps".to_owned();
            run.push(thread, at, deed, Some(lock), true);
        });

        let granted = run::act_within(Op::Wake { bell, lock }, timed, caller);
        if granted == Grant::Over {
            // Nothing may be locked while things are cleared up.
            return (mutex.taken(), granted);
        }

        let taken = mutex.taken();
        run::tell(Some(lock), Some(caller), || match granted {
            Grant::WokenUp if timed.is_some() => "its time is up, locks {}".to_owned(),
            Grant::WokenUp => "wakes up for no reason, locks {}".to_owned(),
            _ => "wakes up, locks {}".to_owned(),
        });

        (taken, granted)
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        self.sleep(guard, None, Location::caller()).0
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn wait_while<'a, T, F: FnMut(&mut T) -> bool>(
        &self,
        guard: MutexGuard<'a, T>,
        mut condition: F,
    ) -> LockResult<MutexGuard<'a, T>> {
        let caller = Location::caller();
        let mut guard = guard;

        while condition(&mut *guard) {
            let (slept, granted) = self.sleep(guard, None, caller);
            guard = slept?;
            if granted == Grant::Over {
                break;
            }
        }

        Ok(guard)
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        limit: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let (slept, granted) = self.sleep(guard, Some(limit), Location::caller());
        let timed_out = WaitTimeoutResult(granted == Grant::WokenUp);
        match slept {
            Ok(guard) => Ok((guard, timed_out)),
            Err(poisoned) => Err(PoisonError::new((poisoned.into_inner(), timed_out))),
        }
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn wait_timeout_while<'a, T, F: FnMut(&mut T) -> bool>(
        &self,
        guard: MutexGuard<'a, T>,
        limit: Duration,
        mut condition: F,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let caller = Location::caller();
        let mut guard = guard;
        let mut is_over = false;

        loop {
            if !condition(&mut *guard) {
                return Ok((guard, WaitTimeoutResult(false)));
            }
            if is_over {
                return Ok((guard, WaitTimeoutResult(true)));
            }
            let (slept, granted) = self.sleep(guard, Some(limit), caller);
            is_over = granted != Grant::Done;
            guard = match slept {
                Ok(guard) => guard,
                Err(poisoned) => {
                    let end = (poisoned.into_inner(), WaitTimeoutResult(is_over));
                    return Err(PoisonError::new(end));
                }
            };
        }
    }

    /// Behaves like std's: any of those that sleep may be the one.
    #[track_caller]
    pub fn notify_one(&self) {
        self.ring(false, Location::caller());
    }

    /// Behaves like std's.
    #[track_caller]
    pub fn notify_all(&self) {
        self.ring(true, Location::caller());
    }

    fn ring(&self, for_all: bool, caller: &'static Location<'static>) {
        let bell = self.object();
        if run::act(Op::Step, caller) == Grant::Over {
            return;
        }

        let heard = run::change(bell, |object, _| {
            let State::Bell { asleep, signals } = &mut object.state else {
                return 0;
            };
            if for_all {
                *signals = asleep.iter().map(|thread| vec![*thread]).collect();
            } else if !asleep.is_empty() {
                signals.push(asleep.clone());
            }
            asleep.len()
        });

        run::tell(Some(bell), Some(caller), || match (heard, for_all) {
            (0, _) => "notifies {}: no one sleeps".to_owned(),
            (_, true) => "notifies all at {}".to_owned(),
            (_, false) => "notifies one at {}".to_owned(),
        });
    }
}

impl Default for Condvar {
    #[track_caller]
    fn default() -> Condvar {
        Condvar::new()
    }
}
