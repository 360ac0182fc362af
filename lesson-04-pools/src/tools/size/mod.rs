//! `size`: more workers is not faster. How large a pool should be, by measuring, beside what is said about it.
//!
//! Read in this order: `jobs`, `sweep`, `fit` (the formula and the laws), `laws`; `late` is the server that they wait
//! for.

pub mod fit;
pub mod jobs;
pub mod slow_server;
pub mod laws;
mod report;
pub mod sweep;

use common::measure::cores;
use common::{Failure, Outcome, Run};
use tracing::info;

use jobs::JOBS;
use slow_server::LateServer;
use sweep::{sizes, sweep};

/// How long the server takes to answer, in seconds at pace 1.
const ANSWER_S: f64 = 0.02;

/// What `cargo run -p lesson-04-pools -- size` runs.
///
/// # Errors
/// When the server or a pool cannot be had.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (most, rounds) = (run.count("most").get(), run.count("rounds").get());
    let late = LateServer::start(run.pace.seconds(ANSWER_S))?;
    let mut sweeps = Vec::new();
    for job in JOBS {
        let swept = sweep(job, late.address(), &sizes(most), rounds)?;
        info!(
            "{}: threads that are enough on {} cores: {}",
            job.name(),
            cores(),
            swept.knee()
        );
        sweeps.push(swept);
    }
    // Beyond as many threads as there are questions nothing can be gained.
    let few = sizes(most.min(laws::SHARED));
    let same = laws::speedups(late.address(), &few, false)?;
    let grown = laws::speedups(late.address(), &few, true)?;
    let (sheet, value) = report::report(&sweeps, &same, &grown);
    Ok(Outcome::new(value).report(sheet))
}
