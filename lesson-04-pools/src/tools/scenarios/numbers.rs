//! `numbers`: sums over a large range. Pure arithmetic, nothing to wait for.

use common::Pace;
use serde::{Deserialize, Serialize};

use super::approach::{ALL, Approach, Job};
use super::measured::Work;
use super::workload::{Ideal, Workload};
use crate::executor::Task;

/// How many numbers each job adds up.
const EACH: u64 = 4_000_000;

/// One part of the range.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sum {
    /// The first number.
    pub from: u64,
    /// The first that does not belong to it.
    pub to: u64,
}

impl Task for Sum {
    type Output = Result<u64, String>;

    /// No compiler knows a formula for this sum, so every number is looked at.
    fn run(self) -> Result<u64, String> {
        Ok((self.from..self.to)
            .map(|n| (n.wrapping_mul(n) % 1_000_003) ^ n)
            .fold(0, u64::wrapping_add))
    }
}

impl Job for Sum {
    const NAME: &'static str = "numbers";
}

/// The range in so many parts.
pub fn workload(jobs: usize, _pace: Pace) -> Workload {
    let part = |number: u64| Sum {
        from: number * EACH,
        to: (number + 1) * EACH,
    };
    let sums: Vec<Sum> = (0..jobs as u64).map(part).collect();
    Workload {
        name: "numbers".to_owned(),
        about: format!("{jobs} sums over {EACH} numbers each"),
        approaches: ALL.to_vec(),
        left_out: Vec::new(),
        work: Work::Numbers(sums),
        jobs,
        wait: None,
        ideal: Ideal::AllCores,
        notebook: &[Approach::ProcessPool],
        keep: None,
    }
}
