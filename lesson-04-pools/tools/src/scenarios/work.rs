//! One measured run, in a process of its own: nothing that ran before has grown its memory.

use anyhow::{Result, anyhow};
use common::measure::Stopwatch;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::approach::{Approach, Job};
use super::databases::Query;
use super::download::Download;
use super::images::Thumbnail;
use super::numbers::Sum;
use super::server::Service;
use super::usage::Usage;
use lesson_04_pools::executor::Task;
use lesson_04_pools::support::files::hex;

/// The work of a run: jobs of one of the scenarios.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Work {
    Download(Vec<Download>),
    Images(Vec<Thumbnail>),
    Server(Service),
    Numbers(Vec<Sum>),
    Databases(Vec<Query>),
}

/// An order for the measured process.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measured {
    pub approach: Approach,
    pub work: Work,
    /// The size of a pool.
    pub workers: usize,
}

impl Task for Measured {
    type Output = Result<Usage, String>;

    fn run(self) -> Result<Usage, String> {
        let approach = self.approach;
        let usage = match self.work {
            Work::Download(jobs) => measure(approach, jobs, self.workers),
            Work::Images(jobs) => measure(approach, jobs, self.workers),
            Work::Numbers(jobs) => measure(approach, jobs, self.workers),
            Work::Databases(jobs) => measure(approach, jobs, self.workers),
            Work::Server(service) => service.measure(approach),
        };

        usage.map_err(|error| format!("{approach}: {error:#}"))
    }
}

fn measure<J, V>(approach: Approach, jobs: Vec<J>, workers: usize) -> Result<Usage>
where
    J: Job<Output = Result<V, String>>,
    V: Serialize,
{
    let children = match approach {
        Approach::ProcessPool => workers,
        _ => 0,
    };
    J::prepare(&jobs)?;
    let watch = Stopwatch::start();

    let results = approach.run(jobs, workers)?;

    let usage = Usage::since(&watch, children);
    let values: Result<Vec<V>, String> = results.into_iter().collect();
    let values = values.map_err(|why| anyhow!(why))?;
    Ok(Usage {
        digest: hex(&Sha256::digest(postcard::to_stdvec(&values)?)),
        ..usage
    })
}
