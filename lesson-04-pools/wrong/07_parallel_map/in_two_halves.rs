//! fails: never overlapped
//!
//! Two halves, so two threads, however many rayon has.

use rayon::prelude::*;
pub fn counts(texts: &[String], count: &(dyn Fn(&str) -> usize + Sync)) -> (Vec<usize>, usize) {
    let (a, b) = texts.split_at(texts.len() / 2);
    let (mut n, m) = rayon::join(
        || a.iter().map(|t| count(t)).collect::<Vec<_>>(),
        || b.iter().map(|t| count(t)).collect::<Vec<_>>(),
    );
    n.extend(m);
    let l = n.iter().copied().max().unwrap_or(0);
    (n, l)
}
