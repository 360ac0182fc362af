//! `starvation`: jobs that wait for jobs of the same pool. When all workers wait, none is left to
//! do what they wait for.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

use common::Failure;
use rayon::prelude::*;
use tracing::info_span;

use crate::executor::ThreadPool;

/// Returns how many bytes the files of a folder have, and which folders are in it.
fn look(folder: &Path) -> io::Result<(u64, Vec<PathBuf>)> {
    let mut bytes = 0;
    let mut folders = Vec::new();
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

/// Broken: a job for each folder, which waits for the jobs of the folders in it. Each keeps its
/// worker meanwhile.
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

/// Fixed: a job only looks, and says which folders come next. The caller, which is no worker,
/// submits those and waits.
pub fn waits_outside(pool: &ThreadPool, folder: PathBuf) -> Result<u64, Failure> {
    let submit = |folder: PathBuf| {
        pool.submit(move || info_span!("size of a folder").in_scope(|| look(&folder)))
    };
    let mut jobs = VecDeque::from([submit(folder)?]);

    let mut bytes = 0;
    while let Some(job) = jobs.pop_front() {
        let (found, folders) = job.result()??;
        bytes += found;
        for folder in folders {
            jobs.push_back(submit(folder)?);
        }
    }
    Ok(bytes)
}

/// Fixed: the same recursion with rayon. A thread of rayon that waits for a job does other jobs
/// meanwhile, that job included.
pub fn helps_while_waiting(folder: &Path) -> io::Result<u64> {
    let (bytes, folders) = look(folder)?;
    let inside = folders
        .par_iter()
        .map(|folder| helps_while_waiting(folder))
        .sum::<io::Result<u64>>()?;
    Ok(bytes + inside)
}
