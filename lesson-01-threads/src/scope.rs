//! `scope`: threads that borrow from the function that starts them.
//!
//! A thread of [`thread::spawn`] may outlive the function that started it, so it may not borrow that function's
//! variables:
//!
//! ```compile_fail,E0373
//! let pixels = vec![10_u8, 20, 30];
//! let sum = std::thread::spawn(|| pixels.iter().map(|p| u32::from(*p)).sum::<u32>());
//! println!("{:?}", pixels); // still used here
//! # sum.join().unwrap();
//! ```
//!
//! A thread of [`thread::scope`] ends before `scope` returns, so it may:
//!
//! ```
//! let pixels = vec![10_u8, 20, 30];
//! let sum = std::thread::scope(|scope| {
//!     scope.spawn(|| pixels.iter().map(|p| u32::from(*p)).sum::<u32>()).join().unwrap()
//! });
//! println!("{:?}", pixels); // still used here
//! # assert_eq!(sum, 60);
//! ```
//!
//! Two threads that change the *same* pixels are still refused, in a scope too:
//!
//! ```compile_fail,E0499
//! let mut pixels = vec![10_u8, 20, 30];
//! std::thread::scope(|scope| {
//!     scope.spawn(|| pixels[0] = 0);
//!     scope.spawn(|| pixels[2] = 0);
//! });
//! ```
//!
//! Parts that provably do not overlap are not:
//!
//! ```
//! let mut pixels = vec![10_u8, 20, 30];
//! let (left, right) = pixels.split_at_mut(1);
//! std::thread::scope(|scope| {
//!     scope.spawn(|| left[0] = 0);
//!     scope.spawn(|| right[1] = 0);
//! });
//! # assert_eq!(pixels, [0, 20, 0]);
//! ```

use std::thread;

use tracing::info_span;

/// Makes a picture of `count` grey pixels that get brighter from 0 to 255, again and again.
pub fn picture(count: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().take(count).collect()
}

/// Halves the brightness of every pixel, in place. Each thread has a part to itself: no lock is needed.
pub fn darken(pixels: &mut [u8], threads: usize) {
    let share = pixels.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        for (number, part) in (1..).zip(pixels.chunks_mut(share)) {
            let span = info_span!("part", number);
            scope.spawn(|| {
                let _span = span.entered();
                for pixel in part {
                    *pixel /= 2;
                }
            });
        }
    }); // Here the scope waits for all of its threads.
}

/// Adds up all pixels: each thread reads a part, and what it returns comes back through `join`.
pub fn brightness(pixels: &[u8], threads: usize) -> u64 {
    let share = pixels.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let mut adding = Vec::new();
        for (number, part) in (1..).zip(pixels.chunks(share)) {
            let span = info_span!("part", number);
            adding.push(scope.spawn(|| {
                let _span = span.entered();
                part.iter().map(|pixel| u64::from(*pixel)).sum::<u64>()
            }));
        }

        let mut sum = 0;
        for thread in adding {
            sum += thread.join().expect("adding does not panic");
        }
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_may_be_more_threads_than_pixels() {
        let mut few = picture(3);
        darken(&mut few, 8);
        assert_eq!(few, [0, 0, 1]);
        assert_eq!(brightness(&[], 4), 0);
    }
}
