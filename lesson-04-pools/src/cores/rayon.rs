//! `rayon`: the same work on all cores, without a job, a handle or a queue in sight.
//!
//! rayon has a pool of its own. You do not submit to it: you say what *may* be done at the same
//! time, and its threads share it among them. `join` is the root of it all: two functions, perhaps
//! at once. Iterators and sorting are made of it.

use std::ops::Range;

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use tracing::info_span;

use crate::support::compute::sum_of_squares;

/// The numbers in a share.
pub const SHARE: u64 = 1 << 20;

/// Makes a pool of `threads` threads. Without one, rayon makes one with a thread for each core when
/// it is first needed.
pub fn pool(threads: usize) -> Result<ThreadPool, ThreadPoolBuildError> {
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|n| format!("rayon-{}", n + 1))
        .build()
}

/// Halves the numbers, and the halves again, until the shares are small. Each `join` says that its
/// two halves may be done at the same time; whether they are depends on whether a thread is free.
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

/// Adds up with an iterator as you know it, with `par_` in front.
pub fn sum_by_par_iter(shares: &[Range<u64>]) -> u64 {
    let of_a_share = |share: &Range<u64>| {
        let _span = info_span!("par_iter").entered();
        sum_of_squares(share.clone())
    };
    shares.par_iter().map(of_a_share).sum()
}
