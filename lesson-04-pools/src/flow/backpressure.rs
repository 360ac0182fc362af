//! `backpressure`: a source that is faster than the workers. Either it has to wait, or memory has
//! to grow.

use std::collections::VecDeque;
use std::thread;
use std::time::Duration;

use hmac_sha256::Hash;
use tracing::info_span;

use crate::executor::{Error, ThreadPool};
use crate::support::pages::Page;

/// Stores a page on a disk that takes `pause` for it. Returns the first byte of its checksum.
fn store(page: &Page, pause: Duration) -> u64 {
    let _span = info_span!("store").entered();
    thread::sleep(pause);
    Hash::hash(&page.bytes)[0].into()
}

/// Takes all pages at once: `map` asks the source for every page before it gives the first result.
pub fn unbounded(
    pool: &ThreadPool,
    pages: impl Iterator<Item = Page>,
    pause: Duration,
) -> Result<u64, Error> {
    pool.map(pages, move |page| store(&page, pause)).sum()
}

/// Takes at most `room` pages at a time: the source is not asked for more.
pub fn bounded(
    pool: &ThreadPool,
    pages: impl Iterator<Item = Page>,
    room: usize,
    pause: Duration,
) -> Result<u64, Error> {
    pool.map(pages, move |page| store(&page, pause))
        .bounded(room)
        .sum()
}

/// Does the same by hand, for jobs of different kinds: the next page waits for the oldest job.
pub fn bounded_by_hand(
    pool: &ThreadPool,
    pages: impl Iterator<Item = Page>,
    room: usize,
    pause: Duration,
) -> Result<u64, Error> {
    let mut jobs = VecDeque::new();
    let mut sum = 0;
    for page in pages {
        jobs.push_back(pool.submit(move || store(&page, pause))?);
        if jobs.len() == room
            && let Some(oldest) = jobs.pop_front()
        {
            sum += oldest.result()?;
        }
    }

    for job in jobs {
        sum += job.result()?;
    }
    Ok(sum)
}
