//! `tiny-jobs`: what is done in parallel is not faster for that. A job that takes less time than
//! its journey through the queue is faster done in a loop, on one core.

use serde::Serialize;

use crate::executor::{Error, ThreadPool};
use crate::support::compute::sum_of_squares;

/// Broken for small jobs: each becomes a job of its own.
pub fn each_a_job(pool: &ThreadPool, jobs: u64, squares: u64) -> Result<u64, Error> {
    pool.map(0..jobs, move |job| sum_of_squares(job..job + squares))
        .sum()
}

/// Fixed: several of them make one job, so that there are four jobs for each worker.
pub fn in_chunks(pool: &ThreadPool, workers: usize, jobs: u64, squares: u64) -> Result<u64, Error> {
    let chunk = usize::try_from(jobs)
        .unwrap_or(usize::MAX)
        .div_ceil(4 * workers);
    pool.map(0..jobs, move |job| sum_of_squares(job..job + squares))
        .chunks(chunk)
        .sum()
}

/// The figures of jobs of one size.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Row {
    /// The time of one job in a loop, in microseconds.
    pub job_us: f64,
    /// The speed beside the loop, with each a job.
    pub each: f64,
    /// The speed beside the loop, in chunks.
    pub chunks: f64,
}

/// Returns the smallest job from which on a job of its own was always faster than the loop.
pub fn pays_from(rows: &[Row]) -> Option<f64> {
    rows.iter()
        .rev()
        .take_while(|row| row.each > 1.0)
        .last()
        .map(|row| row.job_us)
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
