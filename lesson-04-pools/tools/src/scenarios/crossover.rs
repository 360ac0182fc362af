//! Where concurrency loses: the same hundred jobs, smaller and smaller, until handing one over
//! costs more than doing it.

use std::hint::black_box;
use std::iter;
use std::time::Instant;

use anyhow::Result;
use common::Report;
use common::measure::cores;
use serde::{Deserialize, Serialize};

use super::approach::{ALL, Approach, Job};
use crate::curve::crossover;
use crate::summary::Summary;
use lesson_04_pools::executor::Task;

/// Jobs at each size.
const JOBS: usize = 100;
/// The smallest size in microseconds; each further one is twice as large.
const SMALLEST: f64 = 0.5;
const SIZES: u32 = 12;
const RUNS: usize = 7;

/// A number of steps of arithmetic.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tiny(u64);

impl Task for Tiny {
    type Output = u64;

    fn run(self) -> u64 {
        // Each step needs the one before, so that none can be left out or done at once.
        (0..self.0).fold(1, |sum, step| ((black_box(sum) * 3) ^ step) & 0xffff)
    }
}

impl Job for Tiny {
    const NAME: &'static str = "tiny";
}

/// An approach beside one after the other.
#[derive(Clone, Debug, Serialize)]
pub struct Limit {
    pub approach: String,
    /// Microseconds a job, and how many times faster the approach was.
    pub speedups: Vec<(f64, f64)>,
    /// It is faster for jobs longer than this many microseconds; `None` if for none of those tried.
    pub wins_above_us: Option<f64>,
}

/// Measures how many steps take a microsecond.
fn steps_per_microsecond() -> f64 {
    const STEPS: u64 = 200_000;
    let once = |_| {
        let start = Instant::now();
        black_box(Tiny(STEPS).run());
        start.elapsed().as_secs_f64() * 1e6
    };
    let times: Vec<f64> = (0..9).map(once).collect();
    Summary::of(&times).map_or(1.0, |time| STEPS as f64 / time.low)
}

fn time(approach: Approach, steps: u64) -> Result<f64> {
    let jobs = vec![Tiny(steps); JOBS];
    let start = Instant::now();
    black_box(approach.run(jobs, cores())?);
    Ok(start.elapsed().as_secs_f64())
}

/// Finds where an approach begins to win. One that is not a tenth faster even with the largest jobs
/// only seems to.
fn wins_above(speedups: &[(f64, f64)]) -> Option<f64> {
    crossover(speedups).filter(|_| speedups.last().is_some_and(|(_, speedup)| *speedup >= 1.1))
}

/// Tries all approaches at all sizes.
pub fn measure() -> Result<Vec<Limit>> {
    let steps = steps_per_microsecond();
    let mut speedups = vec![Vec::new(); ALL.len()];
    for size in (0..SIZES).map(|size| SMALLEST * f64::from(1 << size)) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a whole number above 0"
        )]
        let steps = (size * steps) as u64;
        let mut times = vec![Vec::new(); ALL.len()];
        for _ in 0..RUNS {
            for (approach, times) in ALL.into_iter().zip(&mut times) {
                times.push(time(approach, steps)?);
            }
        }

        // The quickest run is the one that nothing disturbed.
        let quickest = |times: &Vec<f64>| times.iter().copied().fold(f64::MAX, f64::min);
        let alone = quickest(&times[0]);
        for (speedups, times) in speedups.iter_mut().zip(&times) {
            speedups.push((size, alone / quickest(times)));
        }
    }

    let limit = |(approach, speedups): (Approach, Vec<(f64, f64)>)| Limit {
        approach: approach.to_string(),
        wins_above_us: wins_above(&speedups),
        speedups,
    };
    Ok(ALL.into_iter().zip(speedups).skip(1).map(limit).collect())
}

/// Draws a row for each approach, a column for each size.
pub fn sheet(limits: &[Limit]) -> Report {
    let sizes = limits.first().map_or(&[][..], |limit| &limit.speedups);
    let sizes = sizes.iter().map(|(size, _)| format!("{size} µs"));
    let head: Vec<String> = iter::once("a job of".to_owned()).chain(sizes).collect();
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let rows = limits.iter().map(|limit| {
        let speedups = limit.speedups.iter();
        let speedups = speedups.map(|(_, speedup)| format!("{speedup:.2}"));
        iter::once(limit.approach.clone()).chain(speedups).collect()
    });
    let wins = limits.iter().map(|limit| match limit.wins_above_us {
        Some(size) => format!("{} wins above {size:.0} µs a job", limit.approach),
        None => format!("{} never wins", limit.approach),
    });
    let wins: Vec<String> = wins.collect();

    Report::new()
        .text(format!(
            "{JOBS} jobs of the same size; how many times faster than one after the other."
        ))
        .table(&head, rows)
        .text(format!("On this machine: {}.", wins.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wins_by_a_hair_does_not_win() {
        assert_eq!(
            wins_above(&[(1.0, 0.5), (2.0, 1.5)]).map(|size| size > 1.0 && size < 2.0),
            Some(true)
        );
        assert_eq!(wins_above(&[(1.0, 0.5), (2.0, 1.01)]), None);
    }
}
