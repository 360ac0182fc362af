//! Pages that are read one after the other, and a count of those that are in memory at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::gauge::{Gauge, memory_kib};

/// The bytes of a page.
const SIZE: usize = 256 << 10;

/// A source of pages. It counts those that were read and have not been dropped.
#[derive(Debug)]
pub struct Source {
    now: AtomicU64,
    most: AtomicU64,
    gauge: Gauge,
    memory_before_kib: u64,
}

/// A page that was read and has not been dealt with. It counts for as long as it exists.
#[derive(Debug)]
pub struct Page {
    pub bytes: Vec<u8>,
    source: Arc<Source>,
}

impl Source {
    pub fn new() -> Arc<Source> {
        Arc::new(Source {
            now: AtomicU64::new(0),
            most: AtomicU64::new(0),
            gauge: Gauge::default(),
            memory_before_kib: memory_kib(),
        })
    }

    /// Returns an iterator that reads a page when it is asked for the next.
    pub fn pages(self: &Arc<Source>, count: u64) -> impl Iterator<Item = Page> {
        let source = Arc::clone(self);
        (0..count).map(move |number| source.read(number.to_le_bytes()[0]))
    }

    fn read(self: &Arc<Source>, number: u8) -> Page {
        let bytes = vec![number | 1; SIZE];
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        self.gauge.look();
        let source = Arc::clone(self);
        Page { bytes, source }
    }

    /// Returns how many pages there were at the most.
    pub fn most(&self) -> u64 {
        self.most.load(Ordering::Relaxed)
    }

    /// Returns how much more memory the process had at the most than before the first page.
    pub fn grown_mib(&self) -> f64 {
        let grown = self
            .gauge
            .memory_kib()
            .saturating_sub(self.memory_before_kib);
        grown as f64 / 1024.0
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.source.now.fetch_sub(1, Ordering::Relaxed);
    }
}
