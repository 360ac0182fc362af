//! `size`: three kinds of job and two laws on pools of several sizes.

use common::measure::cores;
use common::{Demo, Failure, Outcome, Run};
use lesson_04_pools::show::size;
use tracing::info;

use crate::size::jobs::JOBS;
use crate::size::laws::{SHARED, speedups};
use crate::size::report::report;
use crate::size::slow_server;
use crate::size::sweep::{sizes, sweep};

pub fn demo() -> Demo {
    size::demo().here(run)
}

/// Seconds that the server takes to answer, at pace 1.
const ANSWER_S: f64 = 0.02;

fn run(run: &Run) -> Result<Outcome, Failure> {
    let most = run.count("most").get();
    let rounds = run.count("rounds").get();
    let server = slow_server::start(run.pace.seconds(ANSWER_S))?;

    let mut sweeps = Vec::new();
    for job in JOBS {
        let swept = sweep(job, server.address(), &sizes(most), rounds)?;
        info!(
            "{}: threads that are enough on {} cores: {}",
            job.name(),
            cores(),
            swept.knee()
        );
        sweeps.push(swept);
    }
    // Beyond as many threads as there are questions nothing can be gained.
    let few = sizes(most.min(SHARED));
    let same = speedups(server.address(), &few, false)?;
    let grown = speedups(server.address(), &few, true)?;

    let (sheet, value) = report(&sweeps, &same, &grown);
    Ok(Outcome::new(value).report(sheet))
}
