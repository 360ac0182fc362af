//! What a scenario hands over: the jobs, the approaches that make sense, and what could be reached at best.

use std::any::Any;
use std::time::Duration;

use super::approach::Approach;
use super::measured::Work;

/// What no approach can beat.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ideal {
    /// So many seconds: the longest wait of a single job.
    Seconds(f64),
    /// One after the other, divided by the number of cores.
    AllCores,
}

/// A scenario with its jobs.
pub struct Workload {
    /// Its name, and which variant of it.
    pub name: String,
    /// The jobs in one line.
    pub about: String,
    /// How they are done.
    pub approaches: Vec<Approach>,
    /// How they are not, and why.
    pub left_out: Vec<(Approach, String)>,
    /// The jobs.
    pub work: Work,
    /// How many.
    pub jobs: usize,
    /// How long each waits; `None` if they compute.
    pub wait: Option<Duration>,
    /// What could be reached at best.
    pub ideal: Ideal,
    /// What the notebook advises.
    pub notebook: &'static [Approach],
    /// What must live as long: a server, a folder.
    pub keep: Option<Box<dyn Any>>,
}

/// What would take longer than this one run after the other is left out.
const LONGEST: f64 = 20.0;

impl Workload {
    /// Leaves out what would wait for ages, because only so many waits of it overlap.
    #[must_use]
    pub fn without_the_endless(mut self, cores: usize) -> Workload {
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
