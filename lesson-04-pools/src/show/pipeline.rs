//! `pipeline`: one after the other, and then with one or more threads in a stage.

use std::fs;
use std::io;
use std::path::Path;

use common::measure::{seconds, timed};
use common::options::count;
use common::{Demo, Failure, Outcome, Run, TempDir};
use serde_json::json;
use tracing::info;

use crate::flow::pipeline::{BLOCK, smooth_file};
use crate::support::compute::{signal, smooth};

pub fn demo() -> Demo {
    Demo::new(
        "pipeline",
        "read, compute, write: the slowest stage decides",
        run,
    )
    .in_turn()
    .option(count("mib", 1024, Some("8"), "Size of the file in MiB"))
    .option(count(
        "workers",
        64,
        Some("2"),
        "Threads where a stage has more than one",
    ))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let mib = run.count("mib").get();
    let workers = run.count("workers").get();
    let folder = TempDir::new("lesson-04-pipeline")?;
    let from = folder.path().join("signal");
    let to = folder.path().join("smoothed");
    fs::write(&from, signal(mib << 20))?;

    let (whole, used) = timed(|| one_after_the_other(&from, &to));
    let whole = whole?;
    let alone = used.wall.as_secs_f64();
    info!("one after the other: {mib} MiB in {}", seconds(alone));

    let mut table = Vec::new();
    for (computing, writing) in [(1, 1), (1, workers), (workers, 1)] {
        let (done, used) = timed(|| smooth_file(&from, &to, computing, writing));
        done?;
        if fs::read(&to)? != whole {
            return Err(Failure::Failed("the pipeline wrote something else".into()));
        }
        let wall = used.wall.as_secs_f64();
        let took = seconds(wall);
        let times = alone / wall;
        info!("{computing} computing, {writing} writing: {took}, {times:.2} times as fast");
        table.push(json!({ "computing": computing, "writing": writing, "seconds": wall }));
    }
    Ok(json!({ "mib": mib, "alone_s": alone, "table": table }).into())
}

/// Does the same without threads, and returns what it wrote.
fn one_after_the_other(from: &Path, to: &Path) -> io::Result<Vec<u8>> {
    let smoothed: Vec<Vec<u8>> = fs::read(from)?.chunks(BLOCK).map(smooth).collect();
    let smoothed = smoothed.concat();
    fs::write(to, &smoothed)?;
    Ok(smoothed)
}
