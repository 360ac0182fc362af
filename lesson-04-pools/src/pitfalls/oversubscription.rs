//! `oversubscription`: a pool inside each job of a pool. Eight times eight threads want two cores.

use common::Failure;
use rayon::prelude::*;
use tracing::info_span;

use crate::executor::ThreadPool;
use crate::support::compute::unsorted;
use crate::support::gauge::Gauge;

/// Sorts `count` numbers, and returns the one in the middle.
fn median(count: usize, gauge: &Gauge) -> u64 {
    let _span = info_span!("sort").entered();
    let mut numbers = unsorted(count);
    numbers.sort_unstable();
    gauge.look();
    numbers[count / 2]
}

/// Broken: each of `wide` jobs makes a pool of its own, in a function that it calls.
pub fn pool_in_a_pool(wide: usize, numbers: usize, gauge: &Gauge) -> Result<u64, Failure> {
    let outer = ThreadPool::builder()
        .workers(wide)
        .name_prefix("outer")
        .build()?;

    outer.scope(|scope| {
        let mut rows = Vec::new();
        for number in 1..=wide {
            rows.push(scope.submit(move || row(number, wide, numbers, gauge))?);
        }
        rows.into_iter().map(|row| row.result()?).sum()
    })
}

fn row(number: usize, wide: usize, numbers: usize, gauge: &Gauge) -> Result<u64, Failure> {
    let inner = ThreadPool::builder()
        .workers(wide)
        .name_prefix(&format!("inner-{number}"))
        .build()?;

    inner.scope(|scope| {
        let mut parts = Vec::new();
        for _ in 0..wide {
            parts.push(scope.submit(|| median(numbers, gauge))?);
        }
        parts.into_iter().map(|part| Ok(part.result()?)).sum()
    })
}

/// Fixed: one pool for both levels, with a thread for each core. rayon lets loops be inside loops;
/// all of them use the threads that are there.
pub fn one_pool(wide: usize, numbers: usize, gauge: &Gauge) -> u64 {
    let row = |_| {
        (0..wide)
            .into_par_iter()
            .map(|_| median(numbers, gauge))
            .sum::<u64>()
    };
    (0..wide).into_par_iter().map(row).sum()
}
