//! fails: never overlapped
//!
//! One text after the other: `iter` knows nothing of threads.
//!
//! A parallel map with rayon: one word brings in all threads.
//!
//! `counts` asks `count` about every text, and gives the numbers in the order of the texts, and the largest of them. It is
//! right, and it uses one core. Let rayon do it on all cores. It has a pool of threads already: you
//! start none. `count` is called once for each text.
//!
//! Study first: `cargo run -p lesson-04-pools -- rayon`, src/rayon.rs
//! Judge it:    `cargo run -p lesson-04-pools -- check 07_parallel_map`
//! Level:       1 of 3, about 5 minutes

use rayon::prelude::*;

/// What `count` says of each text, in the order of the texts; and the largest of these numbers, 0 if there is no text.
pub fn counts(texts: &[String], count: &(dyn Fn(&str) -> usize + Sync)) -> (Vec<usize>, usize) {
    let numbers: Vec<usize> = texts.iter().map(|text| count(text)).collect();
    let largest = numbers.iter().copied().max().unwrap_or(0);
    (numbers, largest)
}
