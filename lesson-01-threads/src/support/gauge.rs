//! A number that goes up and down, and the highest that it has been.

use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Debug, Default)]
pub struct Gauge {
    now: AtomicUsize,
    highest: AtomicUsize,
}

impl Gauge {
    pub fn up(&self) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.highest.fetch_max(now, Ordering::SeqCst);
    }

    pub fn down(&self) {
        self.now.fetch_sub(1, Ordering::SeqCst);
    }

    pub fn highest(&self) -> usize {
        self.highest.load(Ordering::SeqCst)
    }
}
