//! `starvation`: jobs that wait for jobs of the same pool. When all workers wait, nobody is left to do what they wait
//! for.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use common::deadline::{Stuck, within};
use common::{Failure, Outcome, Run, TempDir};
use rayon::prelude::*;
use serde_json::json;
use tracing::{info, info_span};

use crate::executor::ThreadPool;

/// How many bytes the files of a folder have, and which folders are in it.
fn look(folder: &Path) -> io::Result<(u64, Vec<PathBuf>)> {
    let (mut bytes, mut folders) = (0, Vec::new());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.path());
        } else {
            bytes += entry.metadata()?.len();
        }
    }
    Ok((bytes, folders))
}

/// Broken: a job for each folder, which waits for the jobs of the folders in it. Each keeps its worker meanwhile.
///
/// # Errors
/// When a folder cannot be read.
pub fn waits_inside(pool: &Arc<ThreadPool>, folder: &Path) -> Result<u64, Failure> {
    let _held = info_span!("size of a folder", holds = "a worker").entered();
    let (mut bytes, folders) = look(folder)?;
    let mut jobs = Vec::new();
    for folder in folders {
        let inner = Arc::clone(pool);
        jobs.push(pool.submit(move || waits_inside(&inner, &folder))?);
    }
    for job in jobs {
        bytes += info_span!("wait", waits_for = "a worker").in_scope(|| job.result())??;
    }
    Ok(bytes)
}

/// Fixed: a job only looks, and says which folders come next. Whoever submits them and waits is not a worker.
///
/// # Errors
/// When a folder cannot be read.
pub fn waits_outside(pool: &ThreadPool, folder: PathBuf) -> Result<u64, Failure> {
    let submit = |folder: PathBuf| {
        pool.submit(move || info_span!("size of a folder").in_scope(|| look(&folder)))
    };
    let (mut bytes, mut jobs) = (0, VecDeque::from([submit(folder)?]));
    while let Some(job) = jobs.pop_front() {
        let (found, folders) = job.result()??;
        bytes += found;
        for folder in folders {
            jobs.push_back(submit(folder)?);
        }
    }
    Ok(bytes)
}

/// Fixed: the same recursion with rayon. A thread of rayon that waits for a job does other jobs meanwhile, that job
/// included.
///
/// # Errors
/// When a folder cannot be read.
pub fn helps_while_waiting(folder: &Path) -> io::Result<u64> {
    let (bytes, folders) = look(folder)?;
    let inside = folders
        .par_iter()
        .map(|folder| helps_while_waiting(folder))
        .sum::<io::Result<u64>>()?;
    Ok(bytes + inside)
}

/// A folder with three folders in it, with three folders in each; and a file of 1000 bytes in each of the 13.
///
/// # Errors
/// When the disk is full, say.
pub fn plant(root: &Path, levels: u32) -> io::Result<()> {
    fs::create_dir_all(root)?;
    fs::write(root.join("file"), [7; 1000])?;
    (0..if levels > 1 { 3 } else { 0 })
        .try_for_each(|number| plant(&root.join(number.to_string()), levels - 1))
}

/// The broken way, under a deadline.
///
/// # Errors
/// When all workers wait.
pub fn broken(limit: Duration, workers: usize, root: &Path) -> Result<Result<u64, Failure>, Stuck> {
    let root = root.to_owned();
    within(limit, move || {
        let pool = Arc::new(
            ThreadPool::builder()
                .workers(workers)
                .name_prefix("worker")
                .build()?,
        );
        let (inner, folder) = (Arc::clone(&pool), root.clone());
        pool.submit(move || waits_inside(&inner, &folder))?
            .result()?
    })
}

/// What `cargo run -p lesson-04-pools -- starvation` runs.
///
/// # Errors
/// When the folders cannot be made, or the ways differ in their result.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let (limit, workers) = (
        Duration::from_secs_f64(run.seconds("limit")),
        run.count("workers").get(),
    );
    let folder = TempDir::new("lesson-04-starvation")?;
    let root = folder.path().join("root");
    plant(&root, 3)?;
    let inside = match broken(limit, workers, &root) {
        Ok(bytes) => format!("{} bytes", bytes?),
        Err(stuck) => stuck.to_string(),
    };
    info!("waiting inside, {workers} workers: {inside}");
    let pool = ThreadPool::builder()
        .workers(workers)
        .name_prefix("outside")
        .build()?;
    let outside = waits_outside(&pool, root.clone())?;
    info!("waiting outside, {workers} workers: {outside} bytes");
    let helped = crate::cores::rayon::pool(workers)?.install(|| helps_while_waiting(&root))?;
    info!("helping while waiting, {workers} threads of rayon: {helped} bytes");
    Ok(Outcome::new(
        json!({ "workers": workers, "inside": inside, "outside": outside, "rayon": helped }),
    ))
}
