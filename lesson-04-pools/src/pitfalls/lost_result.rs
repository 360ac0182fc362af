//! `lost-result`: fire and forget. A job whose handle is thrown away fails in silence.

use std::path::{Path, PathBuf};
use std::{fs, io};

use common::{Failure, Outcome, Run, TempDir};
use serde_json::json;
use tracing::{info, info_span};

use crate::executor::ThreadPool;

/// Reports by the file that they go to. One file lies in a folder that is not there, and one report has no first line.
pub const REPORTS: [(&str, &str); 4] = [
    ("january.txt", "January\n17 sold\n"),
    ("february.txt", ""),
    ("drafts/march.txt", "March\n4 sold\n"),
    ("april.txt", "April\n25 sold\n"),
];

/// Writes a report under its first line in capitals.
fn save(file: &Path, report: &str) -> io::Result<()> {
    let _span = info_span!("save").entered();
    let title = report
        .lines()
        .next()
        .expect("a report has a first line")
        .to_uppercase();
    fs::write(file, format!("{title}\n{report}"))
}

/// Broken: the handle is dropped. Without `drop`, the compiler would warn of it. How many reports are said to be saved.
///
/// # Errors
/// When the pool cannot be had.
pub fn fire_and_forget(folder: &Path) -> Result<usize, Failure> {
    let pool = ThreadPool::builder()
        .workers(2)
        .name_prefix("forget")
        .build()?;
    for (name, report) in REPORTS {
        let file = folder.join(name);
        drop(pool.submit(move || save(&file, report))?);
    }
    // Here the pool is dropped and waits for its jobs. All have ended, so all is well: or is it?
    Ok(REPORTS.len())
}

/// Fixed: keep the handles, and ask each. How many are saved, and what became of the others.
///
/// # Errors
/// When the pool cannot be had.
pub fn ask_each(folder: &Path) -> Result<(usize, Vec<String>), Failure> {
    let pool = ThreadPool::builder()
        .workers(2)
        .name_prefix("ask")
        .build()?;
    let mut jobs = Vec::new();
    for (name, report) in REPORTS {
        let file: PathBuf = folder.join(name);
        jobs.push((name, pool.submit(move || save(&file, report))?));
    }
    let (mut saved, mut failed) = (0, Vec::new());
    for (name, job) in jobs {
        // Two ways to fail: the pool says that the job panicked, or the job itself says why it could not do it.
        match job.result() {
            Ok(Ok(())) => saved += 1,
            Ok(Err(error)) => failed.push(format!("{name}: {error}")),
            Err(error) => failed.push(format!("{name}: {error}")),
        }
    }
    Ok((saved, failed))
}

/// How many of the reports are on the disk.
fn on_disk(folder: &Path) -> usize {
    REPORTS
        .iter()
        .filter(|(name, _)| folder.join(name).exists())
        .count()
}

/// What `cargo run -p lesson-04-pools -- lost-result` runs.
///
/// # Errors
/// When there is no room for temporary folders or for threads.
pub fn demo(_: &Run) -> Result<Outcome, Failure> {
    let (one, other) = (
        TempDir::new("lesson-04-forget")?,
        TempDir::new("lesson-04-ask")?,
    );
    let said = fire_and_forget(one.path())?;
    let there = on_disk(one.path());
    info!("fire and forget: {said} reports saved, it says; {there} are on the disk");
    let (saved, failed) = ask_each(other.path())?;
    for failure in &failed {
        info!("asked for its result: {failure}");
    }
    let checked = on_disk(other.path());
    info!(
        "asking each: {saved} saved and {} failed, it says; {checked} are on the disk",
        failed.len()
    );
    Ok(Outcome::new(
        json!({ "fire_and_forget": { "said": said, "on_disk": there },
        "ask_each": { "said": saved, "on_disk": checked, "failed": failed } }),
    ))
}
