//! One work and its contenders.

use std::time::{Duration, Instant};

/// A function that does its work a number of times, and returns how long that took.
pub type Measure = Box<dyn FnMut(u64) -> Duration>;

/// Contenders that do the same work in turn. The first is the yardstick.
pub struct Race {
    pub work: &'static str,
    /// The unit of the figure: `ns a job`.
    pub unit: &'static str,
    /// Units in a second.
    pub scale: f64,
    /// How often in a round.
    pub times: u64,
    pub contenders: Vec<(&'static str, Measure)>,
}

/// Measures how long `work` takes.
pub fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    std::hint::black_box(work());
    start.elapsed()
}

/// Measures the same for each number, one after the other.
pub fn each(times: u64, work: impl FnMut(u64)) -> Duration {
    timed(|| (0..times).for_each(work))
}
