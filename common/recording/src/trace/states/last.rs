//! The last look at a thread is its own: the watching one comes too late for what it did at its end.

use std::fs::File;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::look::{Look, counted};
use crate::lock::lock;

/// The most threads whose last looks are kept.
const MOST_THREADS: usize = 4096;

static IS_WANTED: AtomicBool = AtomicBool::new(false);
static LOOKS: Mutex<Vec<(u64, Look)>> = Mutex::new(Vec::new());

/// Lets threads look at themselves as they end, from now on.
pub(super) fn start() {
    lock(&LOOKS).clear();
    IS_WANTED.store(true, Ordering::Relaxed);
}

/// Ends that, and returns the looks with the numbers of their threads.
pub(super) fn take() -> Vec<(u64, Look)> {
    IS_WANTED.store(false, Ordering::Relaxed);
    std::mem::take(&mut *lock(&LOOKS))
}

/// Looks at the calling thread, which ends.
pub(in crate::trace) fn look(tid: u64) {
    if !IS_WANTED.load(Ordering::Relaxed) {
        return;
    }
    let schedstat = File::open("/proc/thread-self/schedstat").ok();
    let Some((t_ns, cpu_ns, in_line_ns)) = schedstat.and_then(|file| counted(&file)) else {
        return;
    };

    let look = Look {
        t_ns,
        cpu_ns,
        in_line_ns,
        runnable: true,
        core: None,
        reason: None,
    };
    let mut looks = lock(&LOOKS);
    if looks.len() < MOST_THREADS {
        looks.push((tid, look));
    }
}
