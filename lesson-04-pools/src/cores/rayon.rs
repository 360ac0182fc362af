//! `rayon`: the same work on all cores, without a job, a handle or a queue in sight.
//!
//! rayon has a pool of its own. You do not submit to it: you say what *may* be done at the same time, and its threads
//! share it among them. `join` is the root of it all: two functions, perhaps at once. Iterators and sorting are made of
//! it.

use std::ops::Range;

use common::measure::{Used, seconds, timed};
use common::{Failure, Outcome, Run};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use serde_json::json;
use tracing::{info, info_span};

use crate::support::compute::{sum_of_squares, unsorted};

/// Numbers to be squared, in shares of this many.
const SHARE: u64 = 1 << 20;

/// A pool with so many threads. Without one, rayon makes one with a thread for each core when it is first needed.
///
/// # Errors
/// When the system has no room for the threads.
pub fn pool(threads: usize) -> Result<ThreadPool, ThreadPoolBuildError> {
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|n| format!("rayon-{}", n + 1))
        .build()
}

/// `join`: halves the numbers, and the halves again, until the shares are small. Each `join` says that its two halves
/// may be done at the same time; whether they are depends on whether a thread is free.
pub fn sum_by_join(numbers: Range<u64>, share: u64) -> u64 {
    if numbers.end - numbers.start <= share {
        let _span = info_span!("join").entered();
        return sum_of_squares(numbers);
    }
    let middle = numbers.start.midpoint(numbers.end);
    let (left, right) = rayon::join(
        || sum_by_join(numbers.start..middle, share),
        || sum_by_join(middle..numbers.end, share),
    );
    left + right
}

/// `par_iter`: an iterator as you know it, with `par_` in front.
pub fn sum_by_par_iter(shares: &[Range<u64>]) -> u64 {
    let of_a_share =
        |share: &Range<u64>| info_span!("par_iter").in_scope(|| sum_of_squares(share.clone()));
    shares.par_iter().map(of_a_share).sum()
}

/// How many times as fast as `alone`, and how many cores were busy on average.
fn sentence(what: &str, alone: Used, used: Used) -> String {
    let (wall, cpu) = (used.wall.as_secs_f64(), used.cpu.as_secs_f64());
    let times = alone.wall.as_secs_f64() / wall;
    format!(
        "{what}: {}, {times:.2} times as fast, with {:.2} cores busy",
        seconds(wall),
        cpu / wall
    )
}

/// What `cargo run -p lesson-04-pools -- rayon` runs.
///
/// # Errors
/// When the threads cannot be had, or two ways differ in their result.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (threads, numbers) = (
        run.count("threads").get(),
        run.count("numbers").get() as u64,
    );
    let pool = pool(threads)?;

    let (sum, alone) = timed(|| info_span!("alone").in_scope(|| sum_of_squares(0..numbers)));
    info!(
        "one thread: the squares of {numbers} numbers in {}",
        seconds(alone.wall.as_secs_f64())
    );
    // `install` has the closure run by a thread of this pool. What it calls then uses this pool too.
    let (joined, by_join) = timed(|| pool.install(|| sum_by_join(0..numbers, SHARE)));
    info!("{}", sentence("join", alone, by_join));
    let share = |n| n * SHARE..numbers.min((n + 1) * SHARE);
    let shares: Vec<_> = (0..numbers.div_ceil(SHARE)).map(share).collect();
    let (iterated, by_par_iter) = timed(|| pool.install(|| sum_by_par_iter(&shares)));
    info!("{}", sentence("par_iter", alone, by_par_iter));

    let mut one = unsorted(run.count("sort").get());
    let mut other = one.clone();
    let ((), alone_sorting) = timed(|| info_span!("sort").in_scope(|| one.sort_unstable()));
    info!(
        "one thread: {} numbers sorted in {}",
        one.len(),
        seconds(alone_sorting.wall.as_secs_f64())
    );
    let sort = || info_span!("par_sort").in_scope(|| other.par_sort_unstable());
    let ((), by_par_sort) = timed(|| pool.install(sort));
    info!(
        "{}",
        sentence("par_sort_unstable", alone_sorting, by_par_sort)
    );

    if joined != sum || iterated != sum || one != other {
        return Err(Failure::Failed(
            "the same work came to different results".into(),
        ));
    }
    let wall = |used: Used| used.wall.as_secs_f64();
    Ok(Outcome::new(json!({
        "threads": threads, "sum": sum, "sorted": other.is_sorted(),
        "sum_s": { "alone": wall(alone), "join": wall(by_join), "par_iter": wall(by_par_iter) },
        "sort_s": { "alone": wall(alone_sorting), "par_sort": wall(by_par_sort) },
    })))
}
