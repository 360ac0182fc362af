//! Counting primes: work that only computes.

use std::ops::Range;

use tracing::info_span;

/// Counts the primes in a range: strikes out every multiple and counts the rest (the sieve of Eratosthenes).
pub fn count(range: Range<u64>) -> u64 {
    if range.is_empty() {
        return 0;
    }
    let _span = info_span!("primes from", range.start).entered();

    // Only odd numbers are kept: place 0 stands for the first odd number of the range that is 3 or more.
    let first = range.start.max(3) | 1;
    let places = usize::try_from(range.end.saturating_sub(first).div_ceil(2)).unwrap_or(0);
    let mut struck = vec![false; places];

    let mut factor = 3;
    while factor * factor < range.end {
        // The first odd multiple in the range; smaller ones than factor * factor have a smaller factor.
        let mut multiple = first.div_ceil(factor).max(factor) * factor;
        if multiple % 2 == 0 {
            multiple += factor;
        }

        let mut place = usize::try_from(multiple - first).unwrap_or(usize::MAX) / 2;
        let step = usize::try_from(factor).unwrap_or(usize::MAX);
        while place < struck.len() {
            struck[place] = true;
            place += step;
        }
        factor += 2;
    }

    let two = u64::from(range.contains(&2));
    two + struck.iter().filter(|struck| !**struck).count() as u64
}

/// Cuts the numbers below `below` into `count` ranges of about the same length.
pub fn ranges(below: u64, count: u64) -> Vec<Range<u64>> {
    (0..count)
        .map(|number| below * number / count..below * (number + 1) / count)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_the_known_ones() {
        for (below, primes) in [
            (0, 0),
            (2, 0),
            (3, 1),
            (10, 4),
            (100, 25),
            (1000, 168),
            (1_000_000, 78_498),
        ] {
            assert_eq!(count(0..below), primes, "below {below}");
        }
    }

    #[test]
    fn ranges_miss_nothing_and_overlap_nowhere() {
        for below in [0, 1, 2, 3, 7, 100, 5_000] {
            for parts in [1, 2, 3, 7, 64] {
                let sum: u64 = ranges(below, parts).into_iter().map(count).sum();
                assert_eq!(sum, count(0..below), "{below} in {parts}");
            }
        }
        assert_eq!((0..300).map(|n| count(n..n + 1)).sum::<u64>(), 62);
    }
}
