//! Counting primes: the work that `cores` hands out. Nothing here knows of threads.

use std::ops::Range;

/// Counts the primes in `range`, by looking for a smallest factor. `odd_primes` reach at least to the square root of the
/// range's end. Plain loops, because a debug build does not speed up iterators.
pub fn count(range: Range<u32>, odd_primes: &[u32]) -> u32 {
    let mut count = u32::from(range.contains(&2));
    let mut n = range.start.max(3) | 1;
    while n < range.end {
        count += u32::from(is_prime(n, odd_primes));
        n += 2;
    }
    count
}

/// Tries the primes up to the root of `odd`: the larger it is, the longer this takes.
#[expect(
    clippy::manual_is_multiple_of,
    reason = "a debug build would make half a billion calls of it"
)]
fn is_prime(odd: u32, odd_primes: &[u32]) -> bool {
    for &prime in odd_primes {
        if prime * prime > odd {
            return true;
        }
        if odd % prime == 0 {
            return false;
        }
    }
    true
}

/// Returns the odd primes whose square is below `below`.
pub fn up_to_the_root(below: u32) -> Vec<u32> {
    let mut primes = Vec::new();
    for odd in (3..).step_by(2).take_while(|odd| odd * odd < below) {
        if is_prime(odd, &primes) {
            primes.push(odd);
        }
    }
    primes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_has_as_many_as_the_tables_say() {
        let odd_primes = up_to_the_root(1_000_000);
        assert_eq!(count(0..1_000_000, &odd_primes), 78_498);
    }
}
