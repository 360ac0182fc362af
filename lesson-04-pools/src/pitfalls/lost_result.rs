//! `lost-result`: fire and forget. A job whose handle is thrown away fails in silence.

use std::path::Path;
use std::{fs, io};

use common::Failure;
use tracing::info_span;

use crate::executor::ThreadPool;

/// Reports by the file that they go to. One file lies in a folder that is not there, and one report
/// has no first line.
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

/// Broken: the handle is dropped. Without `drop`, the compiler would warn of it. Returns how many
/// reports it believes to be saved.
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

/// Fixed: keep the handles, and ask each. Returns how many are saved, and why the others are not.
pub fn ask_each(folder: &Path) -> Result<(usize, Vec<String>), Failure> {
    let pool = ThreadPool::builder()
        .workers(2)
        .name_prefix("ask")
        .build()?;
    let mut jobs = Vec::new();
    for (name, report) in REPORTS {
        let file = folder.join(name);
        jobs.push((name, pool.submit(move || save(&file, report))?));
    }

    let mut saved = 0;
    let mut failed = Vec::new();
    for (name, job) in jobs {
        // Two ways to fail: the pool says that the job panicked, or the job why it could not do it.
        match job.result() {
            Ok(Ok(())) => saved += 1,
            Ok(Err(error)) => failed.push(format!("{name}: {error}")),
            Err(error) => failed.push(format!("{name}: {error}")),
        }
    }
    Ok((saved, failed))
}
