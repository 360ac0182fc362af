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

use std::io;
use std::thread::{self, Builder};

use common::{Failure, Outcome, Run};
use serde_json::json;
use tracing::{info, info_span};

/// A picture of `count` grey pixels that get brighter from 0 to 255, again and again.
pub fn picture(count: usize) -> Vec<u8> {
    (0..=u8::MAX).cycle().take(count).collect()
}

/// Halves the brightness of every pixel, in place: each thread has a part to itself, so nobody needs a lock.
///
/// # Errors
/// When the system has no room for another thread.
pub fn darken(pixels: &mut [u8], threads: usize) -> io::Result<()> {
    let share = pixels.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        for (number, part) in (1..).zip(pixels.chunks_mut(share)) {
            Builder::new()
                .name(format!("part {number}"))
                .spawn_scoped(scope, || {
                    let _span = info_span!("darken").entered();
                    for pixel in part {
                        *pixel /= 2;
                    }
                })?;
        }
        Ok(())
    }) // Here the scope waits for all of its threads.
}

/// The sum of all pixels: each thread reads a part, and what it returns comes back through `join`.
///
/// # Errors
/// As [`darken`].
///
/// # Panics
/// When one of the threads panicked.
pub fn brightness(pixels: &[u8], threads: usize) -> io::Result<u64> {
    let share = pixels.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let mut adding = Vec::new();
        for (number, part) in (1..).zip(pixels.chunks(share)) {
            adding.push(Builder::new().name(format!("part {number}")).spawn_scoped(
                scope,
                || {
                    let _span = info_span!("add up").entered();
                    part.iter().map(|pixel| u64::from(*pixel)).sum::<u64>()
                },
            )?);
        }
        Ok(adding
            .into_iter()
            .map(|thread| thread.join().expect("adding does not panic"))
            .sum())
    })
}

/// What `cargo run -p lesson-01-threads -- scope` runs.
///
/// # Errors
/// As [`darken`].
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let threads = run.count("threads").get();
    let mut pixels = info_span!("make the picture").in_scope(|| picture(run.count("pixels").get()));
    let before = brightness(&pixels, threads)?;
    darken(&mut pixels, threads)?;
    let after = brightness(&pixels, threads)?;
    info!(
        "brightness {before}, darkened in place by {threads} threads to {after}; nothing was copied"
    );
    Ok(Outcome::new(
        json!({ "pixels": pixels.len(), "before": before, "after": after }),
    ))
}
