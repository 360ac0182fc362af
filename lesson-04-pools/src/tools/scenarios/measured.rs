//! One measured run, in a process of its own: nothing that ran before has grown its memory.

use std::process::Command;

use anyhow::{Result, anyhow};
use common::measure::{Stopwatch, cores, process_status};
use nix::sys::resource::{UsageWho, getrusage};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::approach::{Approach, Job};
use super::{databases, download, images, numbers, server};
use crate::executor::Task;
use crate::support::files::hex;
use crate::support::reexec::reexec;

/// The work of a run: jobs of one of the scenarios.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[expect(missing_docs, reason = "their names say it")]
pub enum Work {
    Download(Vec<download::Download>),
    Images(Vec<images::Thumbnail>),
    Server(server::Service),
    Numbers(Vec<numbers::Sum>),
    Databases(Vec<databases::Query>),
}

/// What a run has used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// From the first job to the last result, the pool's beginning and end included.
    pub wall_s: f64,
    /// CPU time of all its threads and processes.
    pub cpu_s: f64,
    /// Peak memory of all its processes together; `None` where it is not known.
    pub memory: Option<u64>,
    /// A checksum of all results.
    pub digest: String,
    /// What else is worth knowing.
    pub note: Option<String>,
}

/// What the measured process is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Measured {
    /// How.
    pub approach: Approach,
    /// What.
    pub work: Work,
    /// The size of a pool.
    pub workers: usize,
}

impl Task for Measured {
    type Output = Result<Usage, String>;

    fn run(self) -> Result<Usage, String> {
        let (approach, workers) = (self.approach, self.workers);
        let usage = match self.work {
            Work::Download(jobs) => measure(approach, jobs, workers),
            Work::Images(jobs) => measure(approach, jobs, workers),
            Work::Numbers(jobs) => measure(approach, jobs, workers),
            Work::Databases(jobs) => measure(approach, jobs, workers),
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
    J::prepare(&jobs)?;
    let watch = Stopwatch::start();
    let results = approach.run(jobs, workers)?;
    let usage = Usage::since(
        &watch,
        if approach == Approach::ProcessPool {
            workers
        } else {
            0
        },
    );
    let values = results
        .into_iter()
        .collect::<Result<Vec<_>, _>>()
        .map_err(|why| anyhow!(why))?;
    Ok(Usage {
        digest: hex(&Sha256::digest(postcard::to_stdvec(&values)?)),
        ..usage
    })
}

impl Usage {
    /// What was used since the watch was started. So many child processes count for memory.
    pub fn since(watch: &Stopwatch, children: usize) -> Usage {
        let used = watch.read();
        let memory = peak().map(|own| own + children as u64 * largest_child());
        Usage {
            wall_s: used.wall.as_secs_f64(),
            cpu_s: used.cpu.as_secs_f64(),
            memory,
            digest: String::new(),
            note: None,
        }
    }
}

/// The most memory that this process has had at once, in bytes (`VmHWM`). What it shares with others, such as the
/// program itself, counts as well.
pub fn peak() -> Option<u64> {
    process_status("VmHWM:").map(|kib| kib * 1024)
}

/// The same of the largest child that has been waited for.
fn largest_child() -> u64 {
    getrusage(UsageWho::RUSAGE_CHILDREN).map_or(0, |usage| {
        u64::try_from(usage.max_rss()).unwrap_or(0) * 1024
    })
}

/// How the program is started again, for a measured run and for a pool's worker.
pub fn program(name: &str) -> Command {
    reexec("scenario")(name)
}

/// How many workers a pool gets for so many jobs that wait: as many, within reason. Those that compute: one a core.
pub fn workers(jobs: usize, wait: bool) -> usize {
    if wait { jobs.clamp(1, 64) } else { cores() }
}
