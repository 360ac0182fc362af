//! `size`: three kinds of job and two laws on pools of several sizes.

use common::measure::cores;
use common::options::count;
use common::{Demo, Failure, Outcome, Run};
use tracing::info;

use crate::tools::size::jobs::JOBS;
use crate::tools::size::laws::{SHARED, speedups};
use crate::tools::size::report::report;
use crate::tools::size::slow_server;
use crate::tools::size::sweep::{sizes, sweep};

pub fn demo() -> Demo {
    Demo::new("size", "how large a pool should be, by measuring", run)
        .option(count(
            "most",
            1024,
            Some("64"),
            "Threads of the largest pool",
        ))
        .option(count("rounds", 100, Some("3"), "Measurements of each size"))
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
