//! Something to compute.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// Computes for about this long, and returns a number in which every round takes part.
pub fn compute(time: Duration) -> u64 {
    let start = Instant::now();
    let mut x = 1_u64;
    while start.elapsed() < time {
        for round in 0..1000 {
            x = black_box(x.rotate_left(5) ^ round).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
    }
    x
}
