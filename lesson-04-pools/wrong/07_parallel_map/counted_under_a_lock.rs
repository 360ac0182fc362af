//! fails: never overlapped
//!
//! Parallel to the eye: each thread waits for the lock, and counts with it.

use std::sync::Mutex;

use rayon::prelude::*;

/// What `count` says of each text, in the order of the texts; and the largest of these numbers, 0 if there is no text.
pub fn counts(texts: &[String], count: &(dyn Fn(&str) -> usize + Sync)) -> (Vec<usize>, usize) {
    let numbers = Mutex::new(vec![0; texts.len()]);
    texts.par_iter().enumerate().for_each(|(at, text)| {
        let mut numbers = numbers.lock().unwrap();
        numbers[at] = count(text);
    });
    let numbers = numbers.into_inner().unwrap();
    let largest = numbers.iter().copied().max().unwrap_or(0);
    (numbers, largest)
}
