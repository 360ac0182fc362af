//! The same jobs on pools of 1, 2, 4, 8 … threads: how many are done in a second.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::summary::median;
use common::Failure;
use tracing::info_span;

use super::jobs::{Job, Spent};
use crate::curve::knee;
use lesson_04_pools::executor::ThreadPool;

/// The figures of one kind of job on pools of several sizes.
#[derive(Clone, Debug)]
pub struct Sweep {
    pub job: Job,
    /// The time of one of them when it was alone.
    pub spent: Spent,
    /// Jobs a second for each size of the pool.
    pub rates: Vec<(usize, f64)>,
}

impl Sweep {
    /// Returns how many times more is done with each size than with one thread.
    pub fn speedups(&self) -> Vec<(usize, f64)> {
        let one = self.rates.first().map_or(1.0, |(_, rate)| *rate);
        let speedups = self.rates.iter().map(|(size, rate)| (*size, rate / one));
        speedups.collect()
    }

    /// Returns the size from which on more does not help.
    pub fn knee(&self) -> usize {
        knee(&self.rates).unwrap_or(1)
    }
}

/// Returns 1, 2, 4, 8 … up to `most`, which is the last.
pub fn sizes(most: usize) -> Vec<usize> {
    let doubled = std::iter::successors(Some(1), |size| Some(size * 2));
    doubled
        .take_while(|size| *size < most)
        .chain([most])
        .collect()
}

/// Does the jobs on a pool of this size. Returns how long all took, and what each of them spent.
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

    let mut handles = Vec::new();
    for number in 0..u32::try_from(jobs)? {
        let once = move || info_span!("job").in_scope(|| job.run(server, number));
        handles.push(pool.submit(once)?);
    }
    let mut spent = Vec::new();
    for handle in handles {
        spent.push(handle.result()??);
    }

    Ok((start.elapsed(), spent))
}

/// Measures all sizes `rounds` times, in turn, and keeps the median of each.
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

    let medians = rates.iter().map(|rates| median(rates));
    let rates = sizes.iter().copied().zip(medians).collect();
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
