//! `serialise`: sending 100 MB to a worker that needs them for a few milliseconds.
//!
//! What a process should work on has to get there. For a large block of data that takes longer than the work. Send where
//! the data is, not the data: a path, a range, or a name of shared memory.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write, stdin};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::time::Instant;

use common::measure::seconds;
use common::process::Child;
use common::{Failure, Outcome, Run, TempDir};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tracing::{info, info_span};

use crate::hire::{self, ask, finish};
use crate::mapping::Mapping;
use crate::wire::{hear, send};

const MEGABYTE: NonZero<usize> = NonZero::new(1_000_000).expect("it is not 0");

/// Where a worker finds its data.
#[derive(Serialize, Deserialize)]
enum Data {
    /// So many bytes follow on the pipe.
    Follows(usize),
    /// In this file, so many bytes.
    InFile(PathBuf, NonZero<usize>),
}

/// The work, a few milliseconds of it: look at one byte in a hundred.
fn work(data: &[u8]) -> u64 {
    let _span = info_span!("work").entered();
    let (mut sum, mut at) = (0, 0);
    while at < data.len() {
        sum += u64::from(data[at]);
        at += 100;
    }
    sum
}

/// A worker's life: get at the data, work, answer.
///
/// # Errors
/// When the data cannot be had.
pub fn worker(_name: &str) -> io::Result<()> {
    hire::serve(|data: Data| match data {
        Data::Follows(bytes) => {
            let span = info_span!("receive").entered();
            let mut data = Vec::new();
            stdin().lock().take(bytes as u64).read_to_end(&mut data)?;
            drop(span);
            Ok(work(&data))
        }
        Data::InFile(path, length) => {
            let mapping = Mapping::of(
                &OpenOptions::new().read(true).write(true).open(path)?,
                length,
            )?;
            // SAFETY: the parent wrote the file before it sent its name, and waits for the answer.
            Ok(work(unsafe { mapping.bytes() }))
        }
    })
}

/// Sends all of it.
fn broken(worker: &mut Child, data: &[u8]) -> Result<u64, Failure> {
    let span = info_span!("send", waits_for = "worker").entered();
    let to = hire::input(worker);
    send(to, &Data::Follows(data.len()))?;
    to.write_all(data)?;
    drop(span);
    let answer = hear(hire::output(worker), "worker")?;
    Ok(answer
        .ok_or("the worker sent nothing")
        .map_err(io::Error::other)?)
}

/// Sends the name of the file.
fn fixed(worker: &mut Child, path: &Path, length: NonZero<usize>) -> Result<u64, Failure> {
    Ok(ask(
        worker,
        "worker",
        &Data::InFile(path.to_owned(), length),
    )?)
}

fn timed<T>(what: impl FnOnce() -> Result<T, Failure>) -> Result<(T, f64), Failure> {
    let start = Instant::now();
    Ok((what()?, start.elapsed().as_secs_f64()))
}

/// What `cargo run -p lesson-02-processes -- serialise` runs.
///
/// # Errors
/// When there is no room for the data, or a worker fails.
pub fn demo(run: &Run) -> Result<Outcome, Failure> {
    let length = run.count("megabytes").saturating_mul(MEGABYTE);
    let folder = TempDir::new("lesson-02-data")?;
    let path = folder.path().join("data");
    let data = vec![3_u8; length.get()];
    File::create(&path)?.write_all(&data)?;
    // It is there already, so that only sending and working are measured.
    let mut worker = hire::start("worker", "serialise")?;
    let _: u64 = ask(&mut worker, "worker", &Data::Follows(0))?;

    let (alone, alone_s) = timed(|| Ok(work(&data)))?;
    info!("alone: {}", seconds(alone_s));
    let (by_value, by_value_s) = timed(|| broken(&mut worker, &data))?;
    let times = by_value_s / alone_s;
    info!(
        "broken: the data sent to a worker, {}, {times:.1} times as long as alone",
        seconds(by_value_s)
    );
    let (by_name, by_name_s) = timed(|| fixed(&mut worker, &path, length))?;
    let times = by_name_s / alone_s;
    info!(
        "fixed: the file's name sent to a worker, {}, {times:.1} times as long as alone",
        seconds(by_name_s)
    );
    finish(worker, "worker")?;
    Ok(Outcome::new(json!({
        "alone": { "sum": alone, "s": alone_s },
        "broken": { "sum": by_value, "s": by_value_s },
        "fixed": { "sum": by_name, "s": by_name_s },
    })))
}
