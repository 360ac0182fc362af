//! `hidden-serial`: a loop that runs in parallel, and a lock around all that it does.

use std::sync::Mutex;

use rayon::prelude::*;

/// The computation for each item.
pub type Compute<'a> = &'a (dyn Fn(u64) -> u64 + Sync);

/// Broken: the guard is made first, then `compute` is called, then the result is pushed. The
/// threads take turns.
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

/// Better: no lock at all. Each thread has a list of its own, and rayon puts them together, in
/// order.
pub fn collected(items: u64, compute: Compute) -> Vec<u64> {
    (0..items).into_par_iter().map(compute).collect()
}

/// Puts the results in order: a thread that was faster pushed first.
fn sorted(results: Mutex<Vec<u64>>) -> Vec<u64> {
    let mut results = results.into_inner().expect("computing does not panic");
    results.sort_unstable();
    results
}
