//! `hidden-serial`: a loop that runs in parallel, and a lock around all that it does.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use common::measure::{seconds, timed};
use common::{Failure, Outcome, Run};
use rayon::prelude::*;
use serde_json::json;
use tracing::{info, info_span};

use crate::support::compute::sum_of_squares;

/// What is computed for each item.
pub type Compute<'a> = &'a (dyn Fn(u64) -> u64 + Sync);

/// Broken: the guard is made first, then `compute` is called, then the result is pushed. The threads take turns.
///
/// # Panics
/// When computing panicked.
pub fn inside_the_lock(items: u64, compute: Compute) -> Vec<u64> {
    let results = Mutex::new(Vec::new());
    (0..items).into_par_iter().for_each(|item| {
        results
            .lock()
            .expect("computing does not panic")
            .push(compute(item));
    });
    sorted(results)
}

/// Fixed: two lines in place of one. The lock is held to push, and for nothing else.
///
/// # Panics
/// As [`inside_the_lock`].
pub fn before_the_lock(items: u64, compute: Compute) -> Vec<u64> {
    let results = Mutex::new(Vec::new());
    (0..items).into_par_iter().for_each(|item| {
        let result = compute(item);
        results
            .lock()
            .expect("computing does not panic")
            .push(result);
    });
    sorted(results)
}

/// Better: no lock at all. Each thread has a list of its own, and rayon puts them together, in order.
pub fn collected(items: u64, compute: Compute) -> Vec<u64> {
    (0..items).into_par_iter().map(compute).collect()
}

/// Whoever was faster pushed first.
fn sorted(results: Mutex<Vec<u64>>) -> Vec<u64> {
    let mut results = results.into_inner().expect("computing does not panic");
    results.sort_unstable();
    results
}

/// Counts how many are inside at the same moment.
#[derive(Debug, Default)]
struct AtOnce {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl AtOnce {
    fn during<T>(&self, work: impl FnOnce() -> T) -> T {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        let value = work();
        self.now.fetch_sub(1, Ordering::Relaxed);
        value
    }
}

type Way = fn(u64, Compute) -> Vec<u64>;

/// What `cargo run -p lesson-04-pools -- hidden-serial` runs.
///
/// # Errors
/// When the threads cannot be had, or the ways differ in their results.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (threads, items) = (run.count("threads").get(), run.count("items").get() as u64);
    let pool = crate::cores::rayon::pool(threads)?;
    let ways: [(&str, Way); 3] = [
        ("inside the lock", inside_the_lock),
        ("before the lock", before_the_lock),
        ("collected", collected),
    ];
    let (mut table, mut expected) = (json!({}), None);
    for (name, way) in ways {
        let at_once = AtOnce::default();
        let compute = |item: u64| {
            let work = || sum_of_squares(0..2_000_000 + item);
            at_once.during(|| info_span!("compute", item).in_scope(work))
        };
        let (results, used) = timed(|| pool.install(|| way(items, &compute)));
        if *expected.get_or_insert_with(|| results.clone()) != results {
            return Err(Failure::Failed(format!("{name}: other results")));
        }
        let (wall, most) = (used.wall.as_secs_f64(), at_once.most.into_inner());
        info!(
            "{name}: {}, at most {most} computing at once",
            seconds(wall)
        );
        table[name] = json!({ "seconds": wall, "most_at_once": most });
    }
    Ok(Outcome::new(
        json!({ "threads": threads, "items": items, "ways": table }),
    ))
}
