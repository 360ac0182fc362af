//! A parallel map with rayon: one word brings in all threads.
//!
//! `collect` keeps the order of the texts, whichever is done first: rayon knows where each piece of the list belongs.

//? rayon's iterators have the same methods as those of std. Only their beginning has another name.
//? `par_iter` instead of `iter`. Nothing has to be collected under a lock: `collect` gives the order of the texts.
//? `let numbers: Vec<usize> = texts.par_iter().map(|text| count(text)).collect();`

use rayon::prelude::*;

/// What `count` says of each text, in the order of the texts; and the largest of these numbers, 0 if there is no text.
pub fn counts(texts: &[String], count: &(dyn Fn(&str) -> usize + Sync)) -> (Vec<usize>, usize) {
    let numbers: Vec<usize> = texts.par_iter().map(|text| count(text)).collect();
    let largest = numbers.iter().copied().max().unwrap_or(0);
    (numbers, largest)
}
