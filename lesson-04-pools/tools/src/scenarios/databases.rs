//! `databases`: the same query on many `SQLite` files, once with the files in memory already and
//! once not.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use common::{Pace, TempDir};
use rayon::iter::{IntoParallelIterator, ParallelIterator};
use rusqlite::{Connection, OpenFlags};
use serde::{Deserialize, Serialize};

use super::approach::{ALL, Job};
use super::notebook::READING_DATABASES;
use super::workload::{Ideal, Workload};
use lesson_04_pools::executor::Task;

/// The orders in each file.
const ORDERS: u32 = 100_000;

/// One file to be asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Query {
    file: PathBuf,
    /// Its bytes have to come from the disk: the system is told to forget what it has of them.
    cold: bool,
}

/// A town, its number of orders and what they were worth together.
type Row = (String, i64, i64);

impl Query {
    fn ask(&self) -> rusqlite::Result<Vec<Row>> {
        // A connection is for one thread at a time, so each job has its own.
        let connection = Connection::open_with_flags(&self.file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut query = connection.prepare(
            "SELECT town, count(*), sum(price) FROM orders WHERE note LIKE '%7%' GROUP BY town ORDER BY town",
        )?;
        query
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect()
    }
}

impl Task for Query {
    type Output = Result<Vec<Row>, String>;

    fn run(self) -> Self::Output {
        self.ask()
            .map_err(|error| format!("{}: {error}", self.file.display()))
    }
}

impl Job for Query {
    const NAME: &'static str = "databases";

    fn prepare(jobs: &[Query]) -> Result<()> {
        jobs.iter()
            .filter(|job| job.cold)
            .try_for_each(|job| forget(&job.file))
    }
}

/// Makes the system drop what it keeps of a file in memory.
#[cfg(target_os = "linux")]
fn forget(file: &Path) -> Result<()> {
    use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
    Ok(posix_fadvise(
        std::fs::File::open(file)?,
        0,
        0,
        PosixFadviseAdvice::POSIX_FADV_DONTNEED,
    )?)
}

/// Elsewhere there is no such request: cold is warm then.
#[cfg(not(target_os = "linux"))]
fn forget(_file: &Path) -> Result<()> {
    Ok(())
}

/// Fills a file that no other one is like.
fn fill(number: u32, path: &Path) -> Result<()> {
    let mut connection = Connection::open(path)?;
    connection.execute(
        "CREATE TABLE orders (town TEXT, price INTEGER, note TEXT)",
        (),
    )?;

    let transaction = connection.transaction()?;
    let mut insert = transaction.prepare("INSERT INTO orders VALUES (?1, ?2, ?3)")?;
    for order in 0..ORDERS {
        let mixed = (order + number).wrapping_mul(2_654_435_761);
        let note = format!("order {mixed:010}, to be delivered before noon, ring twice");
        insert.execute((format!("town {}", mixed >> 28), mixed % 10_000, note))?;
    }
    drop(insert);
    transaction.commit()?;

    // Only what lies on the disk can be forgotten.
    Ok(std::fs::File::open(path)?.sync_all()?)
}

/// Fills `jobs` files, for the query cold and warm.
pub fn workloads(jobs: usize, _pace: Pace) -> Result<Vec<Workload<Vec<Query>>>> {
    let folder = Arc::new(TempDir::new("lesson-04-databases")?);
    let file = |number: u32| -> Result<PathBuf> {
        let path = folder.path().join(format!("{number}.sqlite"));
        fill(number, &path)?;
        Ok(path)
    };
    let files = (0..u32::try_from(jobs)?)
        .into_par_iter()
        .map(file)
        .collect::<Result<Vec<_>>>()?;

    let query = |file: &PathBuf, cold| Query {
        file: file.clone(),
        cold,
    };
    let workload = |(state, cold): (&str, bool)| Workload {
        name: format!("databases, {state}"),
        about: format!("the same query on {jobs} SQLite files of {ORDERS} rows each, {state}"),
        approaches: ALL.to_vec(),
        left_out: Vec::new(),
        work: files.iter().map(|file| query(file, cold)).collect(),
        jobs,
        wait: None,
        ideal: Ideal::AllCores,
        notebook: READING_DATABASES,
        keep: Some(Box::new(Arc::clone(&folder))),
    };
    Ok([("cold", true), ("warm", false)].map(workload).into())
}
