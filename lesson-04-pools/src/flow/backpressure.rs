//! `backpressure`: a source that is faster than the workers. Either it has to wait, or memory has to grow.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use common::measure::process_status;
use common::{Failure, Outcome, Run};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tracing::{info, info_span};

use crate::executor::{Error, JobHandle, ThreadPool};

/// Bytes of a page.
const SIZE: usize = 256 << 10;

/// Pages that exist now, and how many it were at the most; the most memory that the process had meanwhile, in KiB.
#[derive(Debug, Default)]
pub struct Gauge {
    now: AtomicU64,
    most: AtomicU64,
    memory: AtomicU64,
}

/// A page that was read and has not been dealt with. It counts for as long as it exists.
pub struct Page(Vec<u8>, Arc<Gauge>);

impl Page {
    fn read(number: u8, gauge: &Arc<Gauge>) -> Page {
        let page = Page(vec![number | 1; SIZE], Arc::clone(gauge));
        let now = gauge.now.fetch_add(1, Ordering::Relaxed) + 1;
        gauge.most.fetch_max(now, Ordering::Relaxed);
        gauge
            .memory
            .fetch_max(process_status("VmRSS:").unwrap_or(0), Ordering::Relaxed);
        page
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.1.now.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A checksum, and the time that the slow disk takes where the page goes.
fn store(page: &Page, pause: Duration) -> u8 {
    let _span = info_span!("store").entered();
    thread::sleep(pause);
    Sha256::digest(&page.0)[0]
}

/// All checksums' first bytes added up; `pages` are read by an iterator, `way` takes them through the pool.
fn all(
    pages: u64,
    way: impl FnOnce(&mut dyn Iterator<Item = Page>) -> Result<u64, Error>,
) -> Result<(u64, Value), Error> {
    let (gauge, before) = (
        Arc::new(Gauge::default()),
        process_status("VmRSS:").unwrap_or(0),
    );
    let sum = way(&mut (0..pages).map(|number| Page::read(number.to_le_bytes()[0], &gauge)))?;
    let grown = gauge.memory.load(Ordering::Relaxed).saturating_sub(before);
    let most = gauge.most.load(Ordering::Relaxed);
    Ok((
        sum,
        json!({ "most_pages": most, "grown_mib": grown as f64 / 1024.0 }),
    ))
}

/// All at once: `map` takes every page from the source before it gives the first result.
///
/// # Errors
/// When a job failed.
pub fn unbounded(pool: &ThreadPool, pages: u64, pause: Duration) -> Result<(u64, Value), Error> {
    all(pages, |source| {
        pool.map(source, move |page| u64::from(store(&page, pause)))
            .sum()
    })
}

/// At most `room` pages at a time: the source is not asked for more.
///
/// # Errors
/// When a job failed.
pub fn bounded(
    pool: &ThreadPool,
    pages: u64,
    room: usize,
    pause: Duration,
) -> Result<(u64, Value), Error> {
    all(pages, |source| {
        pool.map(source, move |page| u64::from(store(&page, pause)))
            .bounded(room)
            .sum()
    })
}

/// The same by hand, for jobs of different kinds: whoever submits the ninth job waits for the first.
///
/// # Errors
/// When a job failed.
pub fn bounded_by_hand(
    pool: &ThreadPool,
    pages: u64,
    room: usize,
    pause: Duration,
) -> Result<(u64, Value), Error> {
    all(pages, |source| {
        let (mut waiting, mut sum) = (VecDeque::<JobHandle<u8>>::new(), 0);
        for page in source {
            waiting.push_back(pool.submit(move || store(&page, pause))?);
            if waiting.len() == room {
                sum += waiting
                    .pop_front()
                    .map_or(Ok(0), JobHandle::result)
                    .map(u64::from)?;
            }
        }
        waiting
            .into_iter()
            .try_fold(sum, |sum, job| Ok(sum + u64::from(job.result()?)))
    })
}

/// What `cargo run -p lesson-04-pools -- backpressure` runs.
///
/// # Errors
/// When the pool cannot be had, or the ways differ in their sum.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (pages, room) = (run.count("pages").get() as u64, run.count("room").get());
    let pause = run.pace.seconds(0.004);
    let pool = ThreadPool::builder()
        .workers(4)
        .name_prefix("disk")
        .build()?;
    let show = |way: &str, measured: &Value| {
        let mib = measured["grown_mib"].as_f64().unwrap_or(f64::NAN);
        info!(
            "{way}: up to {} pages at once, {mib:.1} MiB more memory",
            measured["most_pages"]
        );
    };
    // The one that grows comes last: what the process has had once, it may not give back.
    let (sum, map) = bounded(&pool, pages, room, pause)?;
    show("map, bounded", &map);
    let (by_hand_sum, by_hand) = bounded_by_hand(&pool, pages, room, pause)?;
    show("submit, bounded by hand", &by_hand);
    let (unbounded_sum, unbounded) = unbounded(&pool, pages, pause)?;
    show("map, unbounded", &unbounded);
    if (sum, sum) != (by_hand_sum, unbounded_sum) {
        return Err(Failure::Failed(
            "the same pages came to different sums".into(),
        ));
    }
    Ok(Outcome::new(
        json!({ "pages": pages, "room": room, "sum": sum,
        "bounded": map, "bounded_by_hand": by_hand, "unbounded": unbounded }),
    ))
}
