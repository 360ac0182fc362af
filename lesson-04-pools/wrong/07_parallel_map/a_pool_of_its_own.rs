//! fails: wrong thread
//!
//! It starts a pool of its own, beside the one that is there.

use rayon::prelude::*;
pub fn counts(texts: &[String], count: &(dyn Fn(&str) -> usize + Sync)) -> (Vec<usize>, usize) {
    let pool = rayon::ThreadPoolBuilder::new().build().unwrap();
    let n: Vec<usize> = pool.install(|| texts.par_iter().map(|t| count(t)).collect());
    let l = n.iter().copied().max().unwrap_or(0);
    (n, l)
}
