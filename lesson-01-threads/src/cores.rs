//! `cores`: work that computes, on one thread and on more.
//!
//! Counting primes keeps a core busy without a pause. Two threads on two cores need half the time; a third thread
//! finds no free core. And shares of equal length are not shares of equal work: large numbers take longer to test.

use std::thread;

use tracing::info_span;

use crate::blocks::Blocks;
use crate::primes;

/// Numbers that a thread takes at once.
const BLOCK: u32 = 20_000;

/// Counts the primes below `below`; each thread gets one share, all of equal length.
pub fn static_shares(below: u32, threads: u32, odd_primes: &[u32]) -> u32 {
    let share = below.div_ceil(threads);
    thread::scope(|scope| {
        let mut counting = Vec::new();
        for number in 1..=threads {
            let numbers = (number - 1) * share..below.min(number * share);
            counting.push(scope.spawn(move || {
                let _span = info_span!("static share", number).entered();
                primes::count(numbers, odd_primes)
            }));
        }

        let mut found = 0;
        for thread in counting {
            found += thread.join().expect("counting does not panic");
        }
        found
    })
}

/// Counts the primes below `below`; each thread takes the next block whenever it is done with one.
pub fn shared_counter(below: u32, threads: u32, odd_primes: &[u32]) -> u32 {
    let blocks = &Blocks::new(below);
    thread::scope(|scope| {
        let mut counting = Vec::new();
        for number in 1..=threads {
            counting.push(scope.spawn(move || {
                let _span = info_span!("shared counter", number).entered();
                let mut found = 0;
                while let Some(block) = blocks.take(BLOCK) {
                    found += primes::count(block, odd_primes);
                }
                found
            }));
        }

        let mut found = 0;
        for thread in counting {
            found += thread.join().expect("counting does not panic");
        }
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_count_what_was_counted_by_hand() {
        let by_hand = [
            (0, 0),
            (2, 0),
            (3, 1),
            (4, 2),
            (10, 4),
            (100, 25),
            (121, 30),
            (122, 30),
        ];
        for (below, expected) in by_hand {
            let odd_primes = primes::up_to_the_root(below);
            for threads in 1..=5 {
                let counts = [
                    static_shares(below, threads, &odd_primes),
                    shared_counter(below, threads, &odd_primes),
                ];
                assert_eq!(
                    counts, [expected; 2],
                    "below {below} with {threads} threads"
                );
            }
        }
    }
}
