//! The same jobs on pools of 1, 2, 4, 8 … threads: how many are done in a second.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::tools::summary::median;
use common::Failure;
use tracing::info_span;

use super::jobs::{Job, Spent};
use crate::executor::ThreadPool;
use crate::tools::curve::knee;

/// What a sweep found.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// What was done.
    pub job: Job,
    /// What one of them took when it was alone.
    pub spent: Spent,
    /// Jobs a second for each size of the pool.
    pub rates: Vec<(usize, f64)>,
}

impl Sweep {
    /// How many times more is done with each size than with one thread.
    pub fn speedups(&self) -> Vec<(usize, f64)> {
        let one = self.rates.first().map_or(1.0, |(_, rate)| *rate);
        self.rates
            .iter()
            .map(|(size, rate)| (*size, rate / one))
            .collect()
    }

    /// The size from which on more does not help.
    pub fn knee(&self) -> usize {
        knee(&self.rates).unwrap_or(1)
    }
}

/// 1, 2, 4, 8 … up to `most`, which is the last.
pub fn sizes(most: usize) -> Vec<usize> {
    let doubled = std::iter::successors(Some(1), |size| Some(size * 2));
    doubled
        .take_while(|size| *size < most)
        .chain([most])
        .collect()
}

/// How long the jobs take on a pool of this size, and what each of them spent.
///
/// # Errors
/// When a job fails, or the system has no room for another thread.
pub fn run_all(
    job: Job,
    server: SocketAddr,
    size: usize,
    jobs: usize,
) -> Result<(Duration, Vec<Spent>), Failure> {
    let pool = ThreadPool::builder()
        .workers(size)
        .name_prefix(job.name())
        .build()?;
    let start = Instant::now();
    let submit =
        |number| pool.submit(move || info_span!("job").in_scope(|| job.run(server, number)));
    let handles: Result<Vec<_>, _> = (0..u32::try_from(jobs)?).map(submit).collect();
    let spent: Result<Vec<Spent>, Failure> = handles?
        .into_iter()
        .map(|handle| Ok(handle.result()??))
        .collect();
    Ok((start.elapsed(), spent?))
}

/// Measures all sizes `rounds` times, in turn, and keeps the median of each.
///
/// # Errors
/// As [`run_all`].
pub fn sweep(
    job: Job,
    server: SocketAddr,
    sizes: &[usize],
    rounds: usize,
) -> Result<Sweep, Failure> {
    let mut rates = vec![Vec::new(); sizes.len()];
    let mut alone = Vec::new();
    for _ in 0..rounds {
        for (size, rates) in sizes.iter().zip(&mut rates) {
            // As many for each thread of a large pool; some more for a small one.
            let jobs = size * 16_usize.div_ceil(*size).max(4);
            let (wall, spent) = run_all(job, server, *size, jobs)?;
            rates.push(jobs as f64 / wall.as_secs_f64());
            if *size == 1 {
                alone.extend(spent);
            }
        }
    }
    let rates = sizes
        .iter()
        .copied()
        .zip(rates.iter().map(|rates| median(rates)))
        .collect();
    let middle = |of: fn(&Spent) -> Duration| {
        let seconds: Vec<f64> = alone.iter().map(|spent| of(spent).as_secs_f64()).collect();
        Duration::from_secs_f64(median(&seconds))
    };
    let spent = Spent {
        computing: middle(|spent| spent.computing),
        waiting: middle(|spent| spent.waiting),
    };
    Ok(Sweep { job, spent, rates })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_double_and_end_where_they_should() {
        assert_eq!(sizes(1), [1]);
        assert_eq!(sizes(8), [1, 2, 4, 8]);
        assert_eq!(sizes(10), [1, 2, 4, 8, 10]);
    }

    #[test]
    fn a_sweep_knows_its_knee_and_its_speed_ups() {
        let rates = vec![(1, 10.0), (2, 20.0), (4, 40.0), (8, 42.0)];
        let sweep = Sweep {
            job: Job::Both,
            spent: Spent::default(),
            rates,
        };
        assert_eq!(sweep.speedups(), [(1, 1.0), (2, 2.0), (4, 4.0), (8, 4.2)]);
        assert_eq!(sweep.knee(), 4);
    }
}
