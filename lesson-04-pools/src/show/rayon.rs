//! `rayon`: squares and sorting, each first on one thread and then on rayon's.

use common::measure::{Usage, seconds, timed};
use common::options::count;
use common::{Demo, Failure, Outcome, Run};
use rayon::prelude::*;
use serde_json::json;
use tracing::{info, info_span};

use crate::cores::rayon::{SHARE, pool, sum_by_join, sum_by_par_iter};
use crate::support::compute::{sum_of_squares, unsorted};

pub fn demo() -> Demo {
    Demo::new(
        "rayon",
        "join, par_iter and par_sort: the same work on all cores",
        run,
    )
    .in_turn()
    .option(count(
        "threads",
        1000,
        None,
        "Threads of rayon's pool [default: one a core]",
    ))
    .option(count(
        "numbers",
        1 << 32,
        Some("33554432"),
        "Numbers to square",
    ))
    .option(count("sort", 1 << 30, Some("500000"), "Numbers to sort"))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let threads = run.count("threads").get();
    let numbers = run.count("numbers").get() as u64;
    let pool = pool(threads)?;

    let (sum, alone) = timed(|| info_span!("alone").in_scope(|| sum_of_squares(0..numbers)));
    let took = seconds(alone.wall.as_secs_f64());
    info!("one thread: the squares of {numbers} numbers in {took}");
    // `install` has the closure run by a thread of this pool. What it calls then uses this pool
    // too.
    let (joined, by_join) = timed(|| pool.install(|| sum_by_join(0..numbers, SHARE)));
    info!("{}", sentence("join", alone, by_join));
    let share = |n| n * SHARE..numbers.min((n + 1) * SHARE);
    let shares: Vec<_> = (0..numbers.div_ceil(SHARE)).map(share).collect();
    let (iterated, by_par_iter) = timed(|| pool.install(|| sum_by_par_iter(&shares)));
    info!("{}", sentence("par_iter", alone, by_par_iter));

    let mut one = unsorted(run.count("sort").get());
    let mut other = one.clone();
    let ((), sorting) = timed(|| info_span!("sort").in_scope(|| one.sort_unstable()));
    let took = seconds(sorting.wall.as_secs_f64());
    info!("one thread: {} numbers sorted in {took}", one.len());
    let sort = || info_span!("par_sort").in_scope(|| other.par_sort_unstable());
    let ((), by_par_sort) = timed(|| pool.install(sort));
    info!("{}", sentence("par_sort_unstable", sorting, by_par_sort));

    if joined != sum || iterated != sum || one != other {
        return Err(Failure::Failed(
            "the same work came to different results".into(),
        ));
    }
    let wall = |used: Usage| used.wall.as_secs_f64();
    Ok(json!({
        "threads": threads,
        "sum": sum,
        "sorted": other.is_sorted(),
        "sum_s": { "alone": wall(alone), "join": wall(by_join), "par_iter": wall(by_par_iter) },
        "sort_s": { "alone": wall(sorting), "par_sort": wall(by_par_sort) },
    })
    .into())
}

/// Says how many times as fast as `alone` it was, and how many cores were busy on average.
fn sentence(what: &str, alone: Usage, used: Usage) -> String {
    let wall = used.wall.as_secs_f64();
    let times = alone.wall.as_secs_f64() / wall;
    let busy = used.cpu.as_secs_f64() / wall;
    let took = seconds(wall);
    format!("{what}: {took}, {times:.2} times as fast, with {busy:.2} cores busy")
}
