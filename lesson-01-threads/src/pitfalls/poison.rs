//! `poison`: a thread panics while it holds a lock, and may leave the value half changed.
//!
//! The lock is given back all the same, but marked: from then on `lock` returns an `Err`. It still carries the guard, and
//! `into_inner` takes it. Whether that is right depends on what the value may look like now.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder};

use common::{Failure, Outcome, Run};
use serde_json::json;
use tracing::{info, info_span};

/// Two accounts that must always add up to the same sum.
#[derive(Debug)]
pub struct Accounts {
    /// Cents on the first.
    pub a: i64,
    /// Cents on the second.
    pub b: i64,
}

/// What both must add up to.
pub const SUM: i64 = 100;

/// Moves money in two steps, and panics between them.
fn half_a_transfer(accounts: &Mutex<Accounts>, visits: &Mutex<Vec<&'static str>>) {
    let mut accounts = accounts.lock().expect("this is the first to panic");
    let mut visits = visits.lock().expect("this is the first to panic");
    visits.push("half a transfer");
    accounts.a -= 30;
    panic!("the power went out");
    // accounts.b += 30;
}

/// Runs something on a thread that may panic; whether it did. (`join` tells: nobody has to be taken along.)
fn on_a_thread(name: &str, work: impl FnOnce() + Send) -> io::Result<bool> {
    thread::scope(|scope| {
        let work = || info_span!("visit").in_scope(work);
        Ok(Builder::new()
            .name(name.into())
            .spawn_scoped(scope, work)?
            .join()
            .is_err())
    })
}

/// What became of everybody.
#[derive(Debug, PartialEq, Eq)]
pub struct Seen {
    /// How many of two innocent visitors panicked as well, because they said `lock().expect(…)`.
    pub taken_along: u32,
    /// What both accounts hold for somebody who ignores the poison.
    pub sum: i64,
    /// What the list of visits holds, recovered with `into_inner`.
    pub visits: Vec<&'static str>,
    /// What both accounts hold after they were repaired.
    pub repaired: i64,
}

/// A visitor panics inside two locks; others come later.
///
/// # Errors
/// When the system has no room for another thread.
///
/// # Panics
/// Never: the panics stay on their threads.
pub fn visits() -> io::Result<Seen> {
    let (accounts, visits) = (
        Mutex::new(Accounts { a: SUM, b: 0 }),
        Mutex::new(Vec::new()),
    );
    on_a_thread("clumsy", || half_a_transfer(&accounts, &visits))?;

    // Broken: the panic spreads to whoever comes next. Honest, but nothing works any more.
    let mut taken_along = 0;
    for name in ["innocent 1", "innocent 2"] {
        taken_along += u32::from(on_a_thread(name, || {
            visits.lock().expect("no poison").push("never");
        })?);
    }

    // Fixed: a list is whole after every push, whoever panicked later. So the poison says nothing about it.
    let mut list = visits.lock().unwrap_or_else(PoisonError::into_inner);
    list.push("recovered");
    let visits = list.clone();

    // Broken: the same for the accounts would hide that money is missing.
    let mut accounts = accounts.lock().unwrap_or_else(PoisonError::into_inner);
    let sum = accounts.a + accounts.b;
    // Fixed: check the rule that must hold, and repair what breaks it, or stop.
    if sum != SUM {
        accounts.b = SUM - accounts.a;
    }
    Ok(Seen {
        taken_along,
        sum,
        visits,
        repaired: accounts.a + accounts.b,
    })
}

/// What `cargo run -p lesson-01-threads -- poison` runs.
///
/// # Errors
/// As [`visits`].
pub fn demo(_run: &Run) -> Result<Outcome, Failure> {
    let seen = visits()?;
    info!(
        "one thread panicked inside a lock; {} of 2 who then said expect() panicked too",
        seen.taken_along
    );
    info!(
        "the list of visits is whole, so into_inner is right: {:?}",
        seen.visits
    );
    info!(
        "the accounts held {} of {SUM} cents; ignoring the poison would have hidden that",
        seen.sum
    );
    Ok(Outcome::new(json!({
        "taken_along": seen.taken_along, "visits": seen.visits, "sum": seen.sum, "repaired": seen.repaired,
    })))
}
