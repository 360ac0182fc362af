//! The switches of the recording that is going on, and the way its log lines are shown.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::clock;
use crate::lock::lock;

/// Shows a log line: its time on `CLOCK_MONOTONIC`, its lane, its text.
pub type Show = fn(u64, &str, &str);

static RECORDING: AtomicBool = AtomicBool::new(false);
/// Whether CPU time is read at every edge.
static DETAILED: AtomicBool = AtomicBool::new(true);
static SHOW: Mutex<Option<Show>> = Mutex::new(None);

/// Returns whether anything is recorded just now.
pub fn is_recording() -> bool {
    RECORDING.load(Ordering::Relaxed)
}

pub(super) fn start(show: Option<Show>, detailed: bool) {
    *lock(&SHOW) = show;
    DETAILED.store(detailed, Ordering::SeqCst);
    RECORDING.store(true, Ordering::SeqCst);
}

pub(super) fn stop() {
    RECORDING.store(false, Ordering::SeqCst);
}

/// Returns the thread's CPU time, or 0 in a recording without.
pub(super) fn cpu_ns() -> u64 {
    if DETAILED.load(Ordering::Relaxed) {
        clock::thread_cpu_ns()
    } else {
        0
    }
}

pub(super) fn show(t: u64, lane: &str, message: &str) {
    let show = *lock(&SHOW);
    if let Some(show) = show.filter(|_| !message.is_empty()) {
        show(t, lane, message);
    }
}
