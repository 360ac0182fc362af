//! `numbers`: sums over a large range. Pure arithmetic, nothing to wait for.

use common::Pace;
use serde::{Deserialize, Serialize};

use super::approach::{ALL, Job};
use super::notebook::CALCULATIONS;
use super::workload::{Ideal, Workload};
use lesson_04_pools::executor::Task;

/// The numbers that each job adds up.
const EACH: u64 = 4_000_000;

/// One part of the range.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sum {
    pub from: u64,
    /// The first that does not belong to it.
    pub to: u64,
}

impl Task for Sum {
    type Output = Result<u64, String>;

    /// Adds up. No compiler knows a formula for this sum, so every number is looked at.
    fn run(self) -> Result<u64, String> {
        let mixed = (self.from..self.to).map(|n| (n.wrapping_mul(n) % 1_000_003) ^ n);
        Ok(mixed.fold(0, u64::wrapping_add))
    }
}

impl Job for Sum {
    const NAME: &'static str = "numbers";
}

/// Cuts the range into `jobs` parts.
pub fn workload(jobs: usize, _pace: Pace) -> Workload<Vec<Sum>> {
    let part = |number: u64| Sum {
        from: number * EACH,
        to: (number + 1) * EACH,
    };

    Workload {
        name: "numbers".to_owned(),
        about: format!("{jobs} sums over {EACH} numbers each"),
        approaches: ALL.to_vec(),
        left_out: Vec::new(),
        work: (0..jobs as u64).map(part).collect(),
        jobs,
        wait: None,
        ideal: Ideal::AllCores,
        notebook: CALCULATIONS,
        keep: None,
    }
}
