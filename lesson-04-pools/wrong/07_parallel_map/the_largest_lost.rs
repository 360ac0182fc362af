//! fails: wrong result
//!
//! The largest number is read, compared and then written: another thread may have written a larger one meanwhile.

use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
pub fn counts(texts: &[String], count: &(dyn Fn(&str) -> usize + Sync)) -> (Vec<usize>, usize) {
    let largest = AtomicUsize::new(0);
    let numbers = texts
        .par_iter()
        .map(|t| {
            let n = count(t);
            if n > largest.load(SeqCst) {
                largest.store(n, SeqCst);
            }
            n
        })
        .collect();
    (numbers, largest.load(SeqCst))
}
