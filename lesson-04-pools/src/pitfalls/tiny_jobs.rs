//! `tiny-jobs`: what is done in parallel is not faster for that. A job that takes less time than its journey through
//! the queue is faster done in a loop, on one core.

use common::measure::timed;
use common::{Failure, Outcome, Run};
use serde::Serialize;
use serde_json::json;
use tracing::{info, info_span};

use crate::executor::{Error, ThreadPool};
use crate::support::compute::sum_of_squares;

/// At most so many jobs of one size are measured, and at most so many squares.
const MOST_JOBS: u64 = 20_000;
const MOST_SQUARES: u64 = 40_000_000;

/// Broken for small jobs: each becomes a job of its own.
///
/// # Errors
/// When a job failed.
pub fn each_a_job(pool: &ThreadPool, jobs: u64, squares: u64) -> Result<u64, Error> {
    pool.map(0..jobs, move |job| sum_of_squares(job..job + squares))
        .sum()
}

/// Fixed: several of them make one job, so that there are four jobs for each worker.
///
/// # Errors
/// When a job failed.
pub fn in_chunks(pool: &ThreadPool, workers: usize, jobs: u64, squares: u64) -> Result<u64, Error> {
    let chunk = usize::try_from(jobs)
        .unwrap_or(usize::MAX)
        .div_ceil(4 * workers);
    pool.map(0..jobs, move |job| sum_of_squares(job..job + squares))
        .chunks(chunk)
        .sum()
}

/// What was measured of jobs of one size.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Row {
    /// What one job takes in a loop, in microseconds.
    pub job_us: f64,
    /// How many times as fast as the loop, with each a job.
    pub each: f64,
    /// How many times as fast as the loop, in chunks.
    pub chunks: f64,
}

/// The smallest job from which on each being a job of its own was always faster than the loop.
pub fn pays_from(rows: &[Row]) -> Option<f64> {
    rows.iter()
        .rev()
        .take_while(|row| row.each > 1.0)
        .last()
        .map(|row| row.job_us)
}

/// What `cargo run -p lesson-04-pools -- tiny-jobs` runs.
///
/// # Errors
/// When the pool cannot be had, or the ways differ in their sum.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let workers = run.count("workers").get();
    let pool = ThreadPool::builder()
        .workers(workers)
        .name_prefix("pool")
        .build()?;
    let mut rows = Vec::new();
    for squares in (1..=6).map(|power| 10_u64.pow(power)) {
        let jobs = (MOST_SQUARES / squares).min(MOST_JOBS);
        let _span = info_span!("jobs", squares).entered();
        let (sum, alone) = timed(|| {
            (0..jobs)
                .map(|job| sum_of_squares(job..job + squares))
                .sum::<u64>()
        });
        let (each, each_used) = timed(|| each_a_job(&pool, jobs, squares));
        let (chunks, chunks_used) = timed(|| in_chunks(&pool, workers, jobs, squares));
        if each? != sum || chunks? != sum {
            return Err(Failure::Failed(
                "the same jobs came to different sums".into(),
            ));
        }
        let alone = alone.wall.as_secs_f64();
        let [each, chunks] = [each_used, chunks_used].map(|used| alone / used.wall.as_secs_f64());
        let job_us = alone * 1e6 / jobs as f64;
        info!(
            "jobs of {job_us:.2} us: {each:.3} times as fast as a loop, in chunks {chunks:.3} times"
        );
        rows.push(Row {
            job_us,
            each,
            chunks,
        });
    }
    match pays_from(&rows) {
        Some(job_us) => {
            info!("with {workers} workers, a job of its own paid from {job_us:.1} us on");
        }
        None => {
            info!(
                "with {workers} workers, a job of its own did not pay at any size: is another core free?"
            );
        }
    }
    Ok(Outcome::new(
        json!({ "workers": workers, "pays_from_us": pays_from(&rows), "table": rows }),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(speed_ups: &[f64]) -> Vec<Row> {
        (1..)
            .zip(speed_ups)
            .map(|(size, each)| Row {
                job_us: f64::from(size),
                each: *each,
                chunks: 1.0,
            })
            .collect()
    }

    #[test]
    fn it_pays_from_the_size_after_the_last_that_did_not() {
        assert_eq!(pays_from(&rows(&[0.1, 0.9, 1.5, 1.9])), Some(3.0));
        assert_eq!(
            pays_from(&rows(&[0.1, 1.1, 0.9, 1.9])),
            Some(4.0),
            "a lucky one in between does not count"
        );
        assert_eq!(pays_from(&rows(&[2.0, 2.0])), Some(1.0));
        assert_eq!(pays_from(&rows(&[2.0, 0.5])), None);
        assert_eq!(pays_from(&[]), None);
    }
}
