//! `panicking-job`: the same jobs on a pool that dies of a panic, and on one that catches it.

use std::sync::mpsc::channel;

use common::Failure;
use tracing::info_span;

use super::naive_pool::NaivePool;
use crate::executor::{Outcome, ThreadPool};

/// Amounts as they came in. Two of them are none.
pub const AMOUNTS: [&str; 8] = ["17", "none", "4", "1o0", "25", "8", "31", "2"];

/// Reads an amount, and panics if it is none: a mistake of the job's author.
fn amount(text: &str) -> u64 {
    let _span = info_span!("amount", text).entered();
    text.parse()
        .unwrap_or_else(|_| panic!("'{text}' is no amount"))
}

/// Broken: two threads of the naive pool. Returns the amounts that they read, and how many threads
/// died.
pub fn naive() -> (Vec<u64>, usize) {
    let pool = NaivePool::new(2);
    let (sender, amounts) = channel();
    for text in AMOUNTS {
        let sender = sender.clone();
        pool.execute(move || {
            // It can only fail if the amounts are no longer wanted.
            let _ = sender.send(amount(text));
        });
    }

    drop(sender);
    let died = pool.join();
    (amounts.iter().collect(), died)
}

/// Fixed: two threads of our pool, which catch a panic and hand it over as that job's outcome.
/// Returns the outcomes, and how many threads there are in the end.
pub fn ours() -> Result<(Vec<Outcome<u64>>, usize), Failure> {
    let pool = ThreadPool::builder()
        .workers(2)
        .name_prefix("ours")
        .build()?;
    let outcomes = pool.map(AMOUNTS, amount).collect();
    Ok((outcomes, pool.workers()))
}
