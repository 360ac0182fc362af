//! Work that keeps a core busy, for the demos that share it out in different ways. Nothing here
//! knows of threads.
//!
//! Plain loops, because a debug build does not speed up iterators.

use std::ops::Range;

/// Adds up the squares of these numbers, each modulo 1,000,003.
///
/// For a bare sum of squares a compiler finds a formula, and leaves the loop out. For this one
/// there is none.
pub fn sum_of_squares(numbers: Range<u64>) -> u64 {
    let mut sum = 0;
    let mut number = numbers.start;
    while number < numbers.end {
        sum += number * number % 1_000_003;
        number += 1;
    }

    sum
}

/// Returns `count` numbers in no order at all, always the same ones.
pub fn unsorted(count: usize) -> Vec<u64> {
    let next = |x: &u64| Some(x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));

    std::iter::successors(Some(1), next)
        .map(|x| x >> 20)
        .take(count)
        .collect()
}

/// Smooths a signal: each byte becomes the average of the sixteen that begin there, or of as many
/// as are left.
pub fn smooth(block: &[u8]) -> Vec<u8> {
    let mut smoothed = Vec::with_capacity(block.len());
    let mut at = 0;
    while at < block.len() {
        let end = block.len().min(at + 16);
        let mut sum = 0_usize;
        let mut next = at;
        while next < end {
            sum += usize::from(block[next]);
            next += 1;
        }
        smoothed.push(u8::try_from(sum / (end - at)).expect("an average of bytes is a byte"));
        at += 1;
    }

    smoothed
}

/// Returns a signal of `length` bytes, always the same one.
pub fn signal(length: usize) -> Vec<u8> {
    let mut signal = Vec::with_capacity(length);
    let mut x = 1_u32;
    while signal.len() < length {
        x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        signal.push(x.to_le_bytes()[3]);
    }

    signal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_are_what_they_should_be() {
        assert_eq!(sum_of_squares(0..5), 1 + 4 + 9 + 16);
        assert_eq!(sum_of_squares(5..5), 0);
        assert_eq!(
            sum_of_squares(1_000_003..1_000_005),
            1,
            "the first of the two is a multiple of the modulus"
        );
        let by_iterator = (0..2_000_000_u64).map(|n| n * n % 1_000_003).sum::<u64>();
        assert_eq!(sum_of_squares(0..2_000_000), by_iterator);
    }

    #[test]
    fn unsorted_numbers_are_as_many_as_wanted_and_in_no_order() {
        let numbers = unsorted(1000);
        assert_eq!((numbers.len(), numbers.is_sorted()), (1000, false));
    }

    #[test]
    fn smoothing_takes_the_average_of_what_follows() {
        assert!(smooth(&[]).is_empty());
        assert_eq!(smooth(&[7; 40]), [7; 40]);
        assert_eq!(smooth(&[0, 10, 20, 255]), [71, 95, 137, 255]);
        assert_eq!(smooth(&[[16; 16], [0; 16]].concat())[..3], [16, 15, 14]);
    }
}
