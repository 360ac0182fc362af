//! fails: too many at once
//!
//! A thread for each text, and a thousand texts are a thousand threads.

use std::thread;

/// What `count` says of each text, in the order of the texts; and the largest of these numbers, 0 if there is no text.
pub fn counts(texts: &[String], count: &(dyn Fn(&str) -> usize + Sync)) -> (Vec<usize>, usize) {
    let numbers: Vec<usize> = thread::scope(|scope| {
        let threads: Vec<_> = texts
            .iter()
            .map(|text| scope.spawn(move || count(text)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let largest = numbers.iter().copied().max().unwrap_or(0);
    (numbers, largest)
}
