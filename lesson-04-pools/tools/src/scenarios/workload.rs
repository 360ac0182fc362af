//! A scenario's jobs, the approaches that make sense, and what could be reached at best.

use std::any::Any;
use std::time::Duration;

use super::approach::Approach;
use super::notebook::Advice;

/// The time that no approach can beat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ideal {
    /// The longest wait of a single job, in seconds.
    Seconds(f64),
    /// One after the other, divided by the number of cores.
    AllCores,
}

/// A scenario with its jobs, which are a `W`.
pub struct Workload<W> {
    /// Its name, and which variant of it.
    pub name: String,
    /// The jobs in one line.
    pub about: String,
    pub approaches: Vec<Approach>,
    /// Approaches that do not make sense, and why.
    pub left_out: Vec<(Approach, String)>,
    pub work: W,
    /// The number of jobs.
    pub jobs: usize,
    /// The wait of each; `None` if they compute.
    pub wait: Option<Duration>,
    pub ideal: Ideal,
    /// The notebook's advice.
    pub notebook: &'static [Advice],
    /// Something that must live as long: a server, a folder.
    pub keep: Option<Box<dyn Any>>,
}

/// Seconds that an approach may take for one run.
const LONGEST: f64 = 20.0;

impl<W> Workload<W> {
    /// Makes the same scenario with other work.
    pub fn with<V>(self, make: impl FnOnce(W) -> V) -> Workload<V> {
        Workload {
            name: self.name,
            about: self.about,
            approaches: self.approaches,
            left_out: self.left_out,
            work: make(self.work),
            jobs: self.jobs,
            wait: self.wait,
            ideal: self.ideal,
            notebook: self.notebook,
            keep: self.keep,
        }
    }

    /// Leaves out the approaches that would wait for ages, because only a few waits overlap.
    #[must_use]
    pub fn without_the_endless(mut self, cores: usize) -> Workload<W> {
        let Some(wait) = self.wait.map(|wait| wait.as_secs_f64()) else {
            return self;
        };
        for (approach, at_once) in [(Approach::OneAfterTheOther, 1), (Approach::Rayon, cores)] {
            let reckoned = self.jobs as f64 * wait / at_once as f64;
            if reckoned > LONGEST && self.approaches.contains(&approach) {
                self.approaches.retain(|other| *other != approach);
                let why = format!(
                    "would take about {reckoned:.0} s: {at_once} at a time, {wait:.2} s each"
                );
                self.left_out.push((approach, why));
            }
        }

        self
    }
}

#[cfg(test)]
mod tests {
    use common::Pace;

    use super::super::approach::ALL;
    use super::super::numbers;
    use super::*;

    #[test]
    fn what_would_take_for_ever_is_left_out_and_said() {
        let waiting = |jobs: usize| Workload {
            wait: Some(Duration::from_millis(200)),
            ..numbers::workload(jobs, Pace::REAL)
        };
        assert_eq!(waiting(10).without_the_endless(2).approaches, ALL);
        let many = waiting(1000).without_the_endless(2);
        assert!(
            !many.approaches.contains(&Approach::OneAfterTheOther) && many.approaches.len() == 5
        );
        let why = "would take about 200 s: 1 at a time, 0.20 s each".to_owned();
        assert_eq!(many.left_out[0], (Approach::OneAfterTheOther, why));
        // What computes is not reckoned beforehand.
        assert_eq!(
            numbers::workload(1_000_000, Pace::REAL)
                .without_the_endless(2)
                .approaches,
            ALL
        );
    }
}
