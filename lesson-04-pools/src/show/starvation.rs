//! `starvation`: the broken way under a deadline, and both cures.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use common::deadline::{Stuck, within};
use common::options::{count, seconds};
use common::{Demo, Failure, Outcome, Run, TempDir, part};
use serde_json::json;
use tracing::info;

use crate::cores::rayon;
use crate::executor::ThreadPool;
use crate::pitfalls::starvation::{helps_while_waiting, waits_inside, waits_outside};
use crate::support::folders::plant;

pub fn demo() -> Demo {
    Demo::new(
        "starvation",
        "jobs that wait for jobs of the same pool",
        run,
    )
    .option(count("workers", 64, Some("2"), "Workers of each pool"))
    .option(seconds(
        "limit",
        "0.5",
        "How long to wait before calling it stuck",
    ))
}

fn run(run: &Run) -> Result<Outcome, Failure> {
    let limit = Duration::from_secs_f64(run.seconds("limit"));
    let workers = run.count("workers").get();
    let folder = TempDir::new("lesson-04-starvation")?;
    let root = folder.path().join("root");
    plant(&root, 3)?;

    let inside = match part("waiting inside", || inside_within(limit, workers, &root)) {
        Ok(bytes) => format!("{} bytes", bytes?),
        Err(stuck) => stuck.to_string(),
    };
    info!("waiting inside, {workers} workers: {inside}");
    let pool = ThreadPool::builder()
        .workers(workers)
        .name_prefix("outside")
        .build()?;
    let outside = part("waiting outside", || waits_outside(&pool, root.clone()))?;
    info!("waiting outside, {workers} workers: {outside} bytes");
    let helped = rayon::pool(workers)?.install(|| helps_while_waiting(&root))?;
    info!("helping while waiting, {workers} threads of rayon: {helped} bytes");

    Ok(json!({ "workers": workers, "inside": inside, "outside": outside, "rayon": helped }).into())
}

/// Waits inside, on a pool of `workers`, but no longer than `limit`.
pub fn inside_within(
    limit: Duration,
    workers: usize,
    root: &Path,
) -> Result<Result<u64, Failure>, Stuck> {
    let root = root.to_owned();
    within(limit, move || {
        let pool = ThreadPool::builder()
            .workers(workers)
            .name_prefix("worker")
            .build()?;
        let pool = Arc::new(pool);
        let inner = Arc::clone(&pool);
        pool.submit(move || waits_inside(&inner, &root))?.result()?
    })
}
