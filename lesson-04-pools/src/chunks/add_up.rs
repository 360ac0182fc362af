//! All chunks on a pool of worker processes: a worker that is done with one takes the next.

use std::io;

use common::Failure;
use tracing::info;

use super::chunk::{Chunk, Sum};
use crate::executor::{Error, ProcessPool, as_completed, worker::serve};

/// Serves chunks until no more come. It is what this program does when it is started as a worker.
pub fn worker(_name: &str) -> io::Result<()> {
    info!("ready, in process {}", std::process::id());
    serve::<Chunk>()
}

/// Computes all chunks on at most `workers` processes. Returns the sums in the order of the chunks,
/// and the reasons why chunks were lost.
pub fn add_up(chunks: Vec<Chunk>, workers: usize) -> Result<(Vec<Sum>, Vec<Error>), Failure> {
    let pool = ProcessPool::builder().workers(workers).build()?;
    let jobs = chunks
        .into_iter()
        .map(|chunk| pool.submit(chunk))
        .collect::<Result<Vec<_>, _>>()?;

    let mut sums = Vec::new();
    let mut lost = Vec::new();
    for job in as_completed(jobs) {
        match job.result() {
            Ok(sum) => {
                info!("chunk {} is done: {}", sum.chunk_id, sum.result);
                sums.push(sum);
            }
            Err(error) => {
                info!("a chunk is lost: {error}");
                lost.push(error);
            }
        }
    }

    // They came in the order in which they were done. Each has a number, so that can be mended.
    sums.sort_unstable_by_key(|sum| sum.chunk_id);
    Ok((sums, lost))
}
