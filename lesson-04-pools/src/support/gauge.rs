//! How many threads and how much memory a demo needs.

use std::sync::atomic::{AtomicU64, Ordering};

use common::measure::process_status;

/// The most threads and the most memory that this process was seen to have.
#[derive(Debug, Default)]
pub struct Gauge {
    threads: AtomicU64,
    memory_kib: AtomicU64,
}

impl Gauge {
    /// Looks once more.
    pub fn look(&self) {
        let threads = process_status("Threads:").unwrap_or(0);
        self.threads.fetch_max(threads, Ordering::Relaxed);
        self.memory_kib.fetch_max(memory_kib(), Ordering::Relaxed);
    }

    pub fn threads(&self) -> u64 {
        self.threads.load(Ordering::Relaxed)
    }

    pub fn memory_kib(&self) -> u64 {
        self.memory_kib.load(Ordering::Relaxed)
    }
}

/// Returns the memory that this process has now.
pub fn memory_kib() -> u64 {
    process_status("VmRSS:").unwrap_or(0)
}
