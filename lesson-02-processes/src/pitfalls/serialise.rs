//! `serialise`: sending 100 MB to a worker that needs them for a few milliseconds.
//!
//! A process has to get the data that it works on. For a large block of data that takes longer than the work. Send where
//! the data is, not the data: a path, a range, or a name of shared memory.

use std::io::{self, Read, Write, stdin};
use std::num::NonZero;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tracing::info_span;

use crate::support::mapping::Mapping;
use crate::support::messages::WorkerError;
use crate::support::worker_process::WorkerProcess;

/// The place of a worker's data.
#[derive(Serialize, Deserialize)]
pub enum Data {
    /// This number of bytes follows on the pipe.
    Follows(usize),
    /// The first bytes of this file.
    InFile(PathBuf, NonZero<usize>),
}

/// Sends all of the data.
pub fn broken(worker: &mut WorkerProcess, data: &[u8]) -> io::Result<u64> {
    let span = info_span!("send", waits_for = worker.name).entered();
    worker
        .send(&Data::Follows(data.len()))
        .map_err(io::Error::other)?;
    worker.input().write_all(data)?;
    drop(span);

    let sum = worker.receive().map_err(io::Error::other)?;
    sum.ok_or_else(|| io::Error::other("the worker sent nothing"))
}

/// Sends the name of the file.
pub fn fixed(
    worker: &mut WorkerProcess,
    path: &Path,
    length: NonZero<usize>,
) -> Result<u64, WorkerError> {
    worker.ask(&Data::InFile(path.to_owned(), length))
}

/// Gets at the data and works on it: the worker's side.
pub fn sum_of(data: Data) -> io::Result<u64> {
    match data {
        Data::Follows(bytes) => {
            let span = info_span!("receive").entered();
            let mut data = Vec::new();
            stdin().lock().take(bytes as u64).read_to_end(&mut data)?;
            drop(span);
            Ok(sum(&data))
        }
        Data::InFile(path, length) => {
            let mapping = Mapping::open(&path, length)?;
            // SAFETY: the parent wrote the file before it sent its name, and waits for the answer.
            Ok(sum(unsafe { mapping.bytes() }))
        }
    }
}

/// Does a few milliseconds of work: looks at one byte in a hundred.
pub fn sum(data: &[u8]) -> u64 {
    let _span = info_span!("work").entered();
    let mut sum = 0;
    let mut at = 0;
    while at < data.len() {
        sum += u64::from(data[at]);
        at += 100;
    }
    sum
}
