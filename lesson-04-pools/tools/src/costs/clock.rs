//! Taking a figure: many times in a row, so that reading the clock costs nothing beside it, and
//! again and again, so that one bad moment does not count.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// The measurements of each thing.
const SAMPLES: usize = 21;
/// The least time of one measurement, if the thing is short.
const BATCH: Duration = Duration::from_millis(2);
/// The time after which a slow thing has been measured often enough.
const ENOUGH: Duration = Duration::from_millis(800);

/// Measures several times how many nanoseconds one call of `work` takes.
pub fn each(mut work: impl FnMut()) -> Vec<f64> {
    // Doubled until a batch takes long enough; this also warms up caches and the branch predictor.
    let mut batch = 1_u32;
    while batch < 1 << 24 && time(batch, &mut work) < BATCH {
        batch *= 2;
    }

    let start = Instant::now();
    let mut samples = Vec::new();
    while samples.len() < SAMPLES && (samples.len() < 5 || start.elapsed() < ENOUGH) {
        samples.push(nanoseconds(time(batch, &mut work)) / f64::from(batch));
    }
    samples
}

fn time(batch: u32, work: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    for _ in 0..batch {
        work();
    }
    start.elapsed()
}

/// Measures the same while another thread does nothing else either.
pub fn contended(work: impl Fn() + Sync) -> Vec<f64> {
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                work();
            }
        });
        let samples = each(&work);
        over.store(true, Ordering::Relaxed);
        samples
    })
}

pub fn nanoseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e9
}
