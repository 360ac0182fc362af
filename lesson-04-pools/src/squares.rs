//! Work that keeps a core busy, for the demos that share it out in different ways. Nothing here knows of threads.

use std::ops::Range;

/// The squares of these numbers, each modulo 1,000,003, added up. There is no shorter way that a compiler could find:
/// for a bare sum of squares it finds one, and would leave the loop out. A plain loop, because a debug build does not
/// speed up iterators.
pub fn sum(numbers: Range<u64>) -> u64 {
    let (mut sum, mut number) = (0, numbers.start);
    while number < numbers.end {
        sum += number * number % 1_000_003;
        number += 1;
    }
    sum
}
