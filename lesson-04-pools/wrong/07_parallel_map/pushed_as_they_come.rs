//! fails: wrong result
//!
//! A lock around the list makes it compile, and the order is that in which the texts are done.

use std::sync::Mutex;

use rayon::prelude::*;

/// What `count` says of each text, in the order of the texts; and the largest of these numbers, 0 if there is no text.
pub fn counts(texts: &[String], count: &(dyn Fn(&str) -> usize + Sync)) -> (Vec<usize>, usize) {
    let numbers = Mutex::new(Vec::new());
    texts.par_iter().for_each(|text| {
        let number = count(text);
        numbers.lock().unwrap().push(number);
    });
    let numbers = numbers.into_inner().unwrap();
    let largest = numbers.iter().copied().max().unwrap_or(0);
    (numbers, largest)
}
