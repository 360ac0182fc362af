//! `race`: lost updates. Two threads read the same number, both add one, both write: one addition is gone.
//!
//! Rust refuses a *data race*, unguarded memory that one thread writes while another uses it. This is another mistake:
//! every step is guarded, but something can happen *between* the steps. No compiler sees that.

use std::io;
use std::sync::Barrier;
use std::thread::{self, Builder};
use std::time::{Duration, Instant};

use common::{Failure, Outcome, Run};
use serde_json::{Map, json};
use tracing::{info, info_span};

use crate::sync::Mutex;
use crate::sync::atomic::{AtomicU64, Ordering};

/// Broken: between `load` and `store` the other thread may add, and its addition is overwritten.
pub fn load_then_store(counter: &AtomicU64) {
    let seen = counter.load(Ordering::SeqCst);
    counter.store(seen + 1, Ordering::SeqCst);
}

/// Fixed: one indivisible step.
pub fn add_at_once(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::SeqCst);
}

/// Broken: the guard of the first line is dropped at its end. Two critical sections are not one.
///
/// # Panics
/// When another thread panicked while it had the lock.
pub fn lock_twice(counter: &Mutex<u64>) {
    let seen = *counter.lock().expect("nobody panics");
    *counter.lock().expect("nobody panics") = seen + 1;
}

/// Fixed: one critical section for the whole of "read, add, write".
///
/// # Panics
/// As [`lock_twice`].
pub fn lock_once(counter: &Mutex<u64>) {
    *counter.lock().expect("nobody panics") += 1;
}

/// What was lost in some runs of two threads.
#[derive(Debug, PartialEq, Eq)]
pub struct Losses {
    /// How many runs there were.
    pub runs: u32,
    /// How many of them lost something.
    pub runs_that_lost: u32,
    /// How many additions were lost, in all runs together.
    pub lost: u64,
}

/// How long to look: so many runs of so many additions by each of two threads; and if nothing was lost by then, on
/// until something is, or the time is up.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "said above")]
pub struct Patience {
    pub times: u64,
    pub runs: u32,
    pub at_most: Duration,
}

/// Lets two threads add, starting at the same moment, and counts what is missing at the end; again and again.
fn look<C: Sync>(
    how: Patience,
    new: fn(u64) -> C,
    add: fn(&C),
    value: fn(C) -> u64,
) -> io::Result<Losses> {
    let mut losses = Losses {
        runs: 0,
        runs_that_lost: 0,
        lost: 0,
    };
    let begin = Instant::now();
    while losses.runs < how.runs || (losses.lost == 0 && begin.elapsed() < how.at_most) {
        let (counter, start) = (new(0), Barrier::new(2));
        let adding = || {
            start.wait();
            (0..how.times).for_each(|_| add(&counter));
        };
        thread::scope(|scope| {
            Builder::new()
                .name("other".into())
                .spawn_scoped(scope, adding)?;
            adding();
            io::Result::Ok(())
        })?;
        let lost = 2 * how.times - value(counter);
        losses.runs += 1;
        losses.runs_that_lost += u32::from(lost > 0);
        losses.lost += lost;
    }
    Ok(losses)
}

/// The four ways, each with what was lost.
///
/// # Errors
/// When the system has no room for another thread.
///
/// # Panics
/// When one of the threads panicked.
pub fn all(broken: Patience) -> io::Result<[(&'static str, Losses); 4]> {
    let fixed = Patience {
        at_most: Duration::ZERO,
        ..broken
    };
    let atomic = |how, add| look(how, AtomicU64::new, add, AtomicU64::into_inner);
    let locked = |how, add| {
        look(how, Mutex::new, add, |sum| {
            sum.into_inner().expect("nobody panics")
        })
    };
    Ok([
        (
            "load, then store",
            info_span!("load, then store").in_scope(|| atomic(broken, load_then_store))?,
        ),
        (
            "fetch_add",
            info_span!("fetch_add").in_scope(|| atomic(fixed, add_at_once))?,
        ),
        (
            "lock twice",
            info_span!("lock twice").in_scope(|| locked(broken, lock_twice))?,
        ),
        (
            "lock once",
            info_span!("lock once").in_scope(|| locked(fixed, lock_once))?,
        ),
    ])
}

/// What `cargo run -p lesson-01-threads -- race` runs.
///
/// # Errors
/// As [`all`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (times, runs) = (
        run.count("times").get() as u64,
        u32::try_from(run.count("runs").get())?,
    );
    let ways = all(Patience {
        times,
        runs,
        at_most: Duration::from_secs(2),
    })?;
    for (
        way,
        Losses {
            runs,
            runs_that_lost,
            lost,
        },
    ) in &ways
    {
        info!(
            "{way}: {lost} of {} additions lost, in {runs_that_lost} of {runs} runs",
            u64::from(*runs) * 2 * times
        );
    }
    let json = |losses: &Losses| json!({ "runs": losses.runs, "runs_that_lost": losses.runs_that_lost, "lost": losses.lost });
    Ok(Outcome::new(
        ways.iter()
            .map(|(way, losses)| ((*way).to_owned(), json(losses)))
            .collect::<Map<_, _>>(),
    ))
}
