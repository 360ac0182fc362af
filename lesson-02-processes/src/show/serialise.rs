//! The pitfall `serialise`.

use std::fs::File;
use std::io::{self, Write};
use std::num::NonZero;
use std::time::Instant;

use common::measure::seconds;
use common::{Demo, Failure, Outcome, Run, TempDir, options, part};
use serde::Serialize;
use serde_json::json;
use tracing::info;

use crate::pitfalls::serialise::{Data, broken, fixed, sum, sum_of};
use crate::support::serve::serve;
use crate::support::worker_process::WorkerProcess;

const ROLE: &str = "serialise";
const MEGABYTES: &str = "megabytes";
const MEGABYTE: NonZero<usize> = NonZero::new(1_000_000).expect("it is not 0");

pub fn demo() -> Demo {
    Demo::new("serialise", "sending 100 MB for 10 ms of work", run)
        .option(options::count(
            MEGABYTES,
            1000,
            Some("100"),
            "Size of the data",
        ))
        .worker(ROLE, worker)
}

fn worker(_name: &str) -> io::Result<()> {
    serve(sum_of)
}

/// A sum, and the seconds until it was there.
#[derive(Serialize)]
struct Timed {
    sum: u64,
    s: f64,
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let length = run.count(MEGABYTES).saturating_mul(MEGABYTE);
    let folder = TempDir::new("lesson-02-data")?;
    let path = folder.path().join("data");
    let data = vec![3_u8; length.get()];
    File::create(&path)?.write_all(&data)?;
    // It is there already, so that only sending and working are measured.
    let mut worker = WorkerProcess::start("worker", ROLE)?;
    let _: u64 = worker.ask(&Data::Follows(0))?;

    let alone = timed(|| Ok(sum(&data)))?;
    info!("alone: {}", seconds(alone.s));

    let by_value = part("broken", || timed(|| Ok(broken(&mut worker, &data)?)))?;
    info!(
        "broken: the data sent to a worker, {}, {:.1} times as long as alone",
        seconds(by_value.s),
        by_value.s / alone.s
    );

    let by_name = part("fixed", || timed(|| Ok(fixed(&mut worker, &path, length)?)))?;
    info!(
        "fixed: the file's name sent to a worker, {}, {:.1} times as long as alone",
        seconds(by_name.s),
        by_name.s / alone.s
    );
    worker.finish()?;
    Ok(json!({ "alone": alone, "broken": by_value, "fixed": by_name }).into())
}

fn timed(work: impl FnOnce() -> Result<u64, Failure>) -> Result<Timed, Failure> {
    let start = Instant::now();
    let sum = work()?;
    let s = start.elapsed().as_secs_f64();
    Ok(Timed { sum, s })
}
