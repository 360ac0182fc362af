//! `deadlock`: two accounts, two locks, taken in opposite order. Each thread holds what the other waits for.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Barrier;
use std::thread::{self, Builder};
use std::time::{Duration, Instant};

use common::deadline::{Stuck, within};
use common::{Failure, Outcome, Run};
use serde_json::json;
use tracing::{info, info_span};

use crate::sync::thread::sleep;
use crate::sync::{Mutex, MutexGuard};

/// An account, and its name.
#[derive(Debug)]
pub struct Account {
    name: &'static str,
    cents: Mutex<i64>,
}

impl Account {
    /// An account with something on it.
    pub fn new(name: &'static str, cents: i64) -> Account {
        Account {
            name,
            cents: Mutex::new(cents),
        }
    }

    fn lock(&self) -> MutexGuard<'_, i64> {
        self.cents
            .lock()
            .expect("nobody panics while holding an account")
    }

    /// What is on it.
    pub fn cents(&self) -> i64 {
        *self.lock()
    }
}

/// Moves money between two different accounts. The function given last is called while one of them is locked and the
/// other is not yet.
pub type Transfer = fn(&Account, &Account, i64, &dyn Fn());

/// Broken: locks `from`, then `to`. A transfer in the opposite direction locks them the other way round.
pub fn from_then_to(from: &Account, to: &Account, cents: i64, between: &dyn Fn()) {
    let mut source = info_span!("lock", waits_for = from.name).in_scope(|| from.lock());
    let _held = info_span!("locked", holds = from.name).entered();
    between();
    let mut target = info_span!("lock", waits_for = to.name).in_scope(|| to.lock());
    let _held_too = info_span!("locked", holds = to.name).entered();
    *source -= cents;
    *target += cents;
}

/// Fixed: everybody locks in the same order, whichever way the money goes.
pub fn by_name(from: &Account, to: &Account, cents: i64, between: &dyn Fn()) {
    let (first, second, change) = if from.name < to.name {
        (from, to, -cents)
    } else {
        (to, from, cents)
    };
    let mut one = info_span!("lock", waits_for = first.name).in_scope(|| first.lock());
    let _held = info_span!("locked", holds = first.name).entered();
    between();
    let mut two = info_span!("lock", waits_for = second.name).in_scope(|| second.lock());
    *one += change;
    *two -= change;
}

/// Fixed: whoever does not get the second lock at once gives the first one back, and tries again later.
pub fn with_back_off(from: &Account, to: &Account, cents: i64, between: &dyn Fn()) {
    loop {
        let mut source = info_span!("lock", waits_for = from.name).in_scope(|| from.lock());
        between();
        if let Ok(mut target) = to.cents.try_lock() {
            *source -= cents;
            *target += cents;
            return;
        }
        drop(source);
        // A random pause: after equal ones both would meet again.
        let milliseconds = RandomState::new().build_hasher().finish() % 16;
        info_span!("back off", milliseconds)
            .in_scope(|| sleep(Duration::from_millis(milliseconds)));
    }
}

/// Two transfers at once, one each way, on accounts with 100 each; what they hold at the end. `between` is what each
/// does while it holds one account and not yet the other.
///
/// # Errors
/// When the two are stuck.
///
/// # Panics
/// When there is no room for another thread.
pub fn both_ways(
    limit: Duration,
    transfer: Transfer,
    between: impl Fn() + Send + Sync + 'static,
) -> Result<(i64, i64), Stuck> {
    within(limit, move || {
        let (a, b) = (
            &Account::new("account A", 100),
            &Account::new("account B", 100),
        );
        thread::scope(|scope| {
            for (name, from, to, cents) in [("A to B", a, b, 30), ("B to A", b, a, 10)] {
                let between = &between;
                let work =
                    move || info_span!("transfer").in_scope(|| transfer(from, to, cents, between));
                Builder::new()
                    .name(name.into())
                    .spawn_scoped(scope, work)
                    .expect("one more thread");
            }
        });
        (a.cents(), b.cents())
    })
}

/// What `cargo run -p lesson-01-threads -- deadlock` runs.
///
/// # Errors
/// When a fixed transfer is stuck, or the broken one is not.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let limit = Duration::from_secs_f64(run.seconds("limit"));
    // Each has its first lock before either asks for its second: stuck every time, not only when it happens so.
    let meeting = Barrier::new(2);
    let Err(stuck) = both_ways(limit, from_then_to, move || _ = meeting.wait()) else {
        return Err(Failure::Failed("the deadlock did not happen".into()));
    };
    info!("from, then to: {stuck}");
    let pause = run.pace.seconds(0.1);
    let mut fixed = Vec::new();
    for (name, transfer) in [
        ("by name", by_name as Transfer),
        ("with back-off", with_back_off),
    ] {
        let start = Instant::now();
        let (a, b) = both_ways(10 * limit, transfer, move || sleep(pause))?;
        info!(
            "{name}: {a} and {b} cents, done after {:.3} s",
            start.elapsed().as_secs_f64()
        );
        fixed.push((a, b));
    }
    Ok(Outcome::new(
        json!({ "stuck": stuck.to_string(), "by_name": fixed[0], "with_back_off": fixed[1] }),
    ))
}
